// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/Generation.h"

#include "core/model/nn/Continuations.h"
#include "core/support/Random.h"
#include "core/support/Stopwatch.h"

#include <algorithm>
#include <cmath>

namespace binaurium::nn {
namespace {

// Draws from softmax(logits / temperature), cut to the topK best and to the smallest set that holds topP.
int sampled(const torch::Tensor& logits, const GenerationOptions& options, RandomStream& random)
{
    auto [values, order] = (logits / options.temperature).sort(-1, true);
    const auto probability = torch::softmax(values.to(torch::kDouble), -1).contiguous();
    const double* p = probability.data_ptr<double>();
    auto count = probability.size(0);
    if (options.topK > 0)
        count = std::min<std::int64_t>(count, options.topK);
    double mass = 0.0;
    std::int64_t kept = 0;
    while (kept < count && (kept == 0 || mass < options.topP))
        mass += p[kept++];
    double target = random.uniform() * mass;
    std::int64_t chosen = 0;
    while (chosen + 1 < kept && target >= p[chosen])
        target -= p[chosen++];
    return static_cast<int>(order[chosen].item<std::int64_t>());
}

void record(const std::vector<torch::Tensor>& layers, const GenerationOptions& options, std::vector<float>& out)
{
    for (const auto& weights : layers) { // [1, heads, T, all]; the last row belongs to the token that comes next
        const auto next = weights[0].select(1, -1).narrow(1, options.attendedFirst, options.attendedCount);
        const auto part = next.cpu().contiguous();
        out.insert(out.end(), part.data_ptr<float>(), part.data_ptr<float>() + part.numel());
    }
}

} // namespace

Generated generate(const LanguageModel& model, const torch::Tensor& prompt, const GenerationOptions& options,
                   const std::function<bool(int)>& onToken)
{
    torch::NoGradGuard guard;
    const Stopwatch clock;
    Generated result;
    RandomStream random(options.seed, "generation");
    KvCache cache(model.config(), prompt.size(1) + options.maxTokens);
    const bool watch = options.attendedCount > 0;
    std::vector<torch::Tensor> attention;
    auto state = model.forward(prompt, &cache, watch ? &attention : nullptr);
    for (int i = 0; i < options.maxTokens; ++i) {
        const auto logits = model.logits(state.select(1, -1))[0].cpu();
        const int id = options.temperature > 0.0 ? sampled(logits, options, random)
                                                 : static_cast<int>(logits.argmax().item<std::int64_t>());
        if (i == 0)
            result.firstTokenS = clock.seconds();
        if (std::find(options.endTokens.begin(), options.endTokens.end(), id) != options.endTokens.end()) {
            result.ended = true;
            result.endToken = id;
            break;
        }
        result.ids.push_back(id);
        result.logProbs.push_back(torch::log_softmax(logits, -1)[id].item<double>());
        if (watch)
            record(attention, options, result.attention);
        if (onToken && !onToken(id)) {
            result.stopped = true;
            break;
        }
        if (i + 1 < options.maxTokens) {
            attention.clear();
            state = model.forward(model.embed(std::vector<int>{id}), &cache, watch ? &attention : nullptr);
        }
    }
    result.seconds = clock.seconds();
    return result;
}

std::vector<double> scoreContinuations(const LanguageModel& model, const torch::Tensor& prompt,
                                       const std::vector<std::vector<int>>& ids)
{
    torch::NoGradGuard guard;
    const std::vector<std::int64_t> same(ids.size(), 0);
    const auto logProbs = continuationLogProbs(model, {prompt, {}}, continuations(ids, same, model.device()));
    const auto sums = logProbs.sum(1).cpu().to(torch::kDouble).contiguous();
    return {sums.data_ptr<double>(), sums.data_ptr<double>() + sums.numel()};
}

} // namespace binaurium::nn
