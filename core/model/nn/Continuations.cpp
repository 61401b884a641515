// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/Continuations.h"

#include "core/support/Random.h"
#include "core/support/Stopwatch.h"

#include <algorithm>

namespace binaurium::nn {
namespace {

// Index drawn from each row of probabilities [R, V] by a uniform number for each.
std::vector<std::int64_t> drawn(const torch::Tensor& probability, const std::vector<float>& uniform)
{
    const auto sum = probability.cumsum(1);
    const auto target = torch::tensor(uniform).unsqueeze(1) * sum.slice(1, -1);
    const auto index = torch::searchsorted(sum, target, false, true).clamp_max(sum.size(1) - 1);
    return {index.data_ptr<std::int64_t>(), index.data_ptr<std::int64_t>() + index.numel()};
}

// Completions in the making: which result each row of the running batch belongs to.
class Rollout
{
public:
    Rollout(std::int64_t rows, const GenerationOptions& options)
        : options_(options), results_(static_cast<std::size_t>(rows))
    {
        for (std::size_t r = 0; r < results_.size(); ++r) {
            random_.emplace_back(options.seed, "completion", options.firstRow + r);
            row_.push_back(r);
        }
    }

    // Draws the next token of every row from its logits [rows, V], on the processor, where the same numbers give the
    // same tokens; rows that had ended draw in vain.
    [[nodiscard]] std::vector<std::int64_t> take(const torch::Tensor& logitsAnywhere)
    {
        const auto logits = logitsAnywhere.cpu();
        const bool greedy = options_.temperature <= 0.0;
        const auto logProbs = torch::log_softmax(greedy ? logits : logits / options_.temperature, -1);
        std::vector<float> uniform;
        for (const auto r : row_)
            uniform.push_back(static_cast<float>(random_[r].uniform()));
        const auto best = logProbs.argmax(1);
        const auto ids = greedy ? std::vector<std::int64_t>(best.data_ptr<std::int64_t>(),
                                                            best.data_ptr<std::int64_t>() + best.numel())
                                : drawn(logProbs.exp(), uniform);
        const auto chosen = logProbs.gather(1, torch::tensor(ids).unsqueeze(1)).contiguous();
        for (std::size_t i = 0; i < row_.size(); ++i)
            note(results_[row_[i]], static_cast<int>(ids[i]), chosen.data_ptr<float>()[i]);
        return ids;
    }

    // Rows of the batch that still run.
    [[nodiscard]] std::vector<std::int64_t> going() const
    {
        std::vector<std::int64_t> rows;
        for (std::size_t i = 0; i < row_.size(); ++i)
            if (!results_[row_[i]].ended)
                rows.push_back(static_cast<std::int64_t>(i));
        return rows;
    }

    void keep(const std::vector<std::int64_t>& rows)
    {
        std::vector<std::size_t> kept;
        for (const auto r : rows)
            kept.push_back(row_[static_cast<std::size_t>(r)]);
        row_ = std::move(kept);
    }

    [[nodiscard]] std::vector<Generated>& results() noexcept { return results_; }

private:
    void note(Generated& result, int id, float logProb) const
    {
        if (result.ended)
            return;
        result.logProbs.push_back(logProb); // of the end as well: it was sampled too
        result.ended = std::ranges::find(options_.endTokens, id) != options_.endTokens.end();
        if (result.ended)
            result.endToken = id;
        else
            result.ids.push_back(id);
    }

    const GenerationOptions& options_;
    std::vector<Generated> results_;
    std::vector<RandomStream> random_;
    std::vector<std::size_t> row_;
};

} // namespace

PromptBatch promptBatch(const std::vector<torch::Tensor>& rows)
{
    std::int64_t longest = 0;
    for (const auto& row : rows)
        longest = std::max(longest, row.size(0));
    PromptBatch batch;
    std::vector<torch::Tensor> padded;
    std::vector<std::int64_t> padding;
    for (const auto& row : rows) {
        padding.push_back(longest - row.size(0));
        padded.push_back(torch::constant_pad_nd(row, {0, 0, padding.back(), 0}));
    }
    batch.embeddings = torch::stack(padded);
    if (std::ranges::any_of(padding, [](std::int64_t n) { return n > 0; }))
        batch.padding = torch::tensor(padding).to(batch.embeddings.device());
    return batch;
}

Continuations continuations(const std::vector<std::vector<int>>& ids, const std::vector<std::int64_t>& prompt,
                            const torch::Device& device)
{
    std::size_t longest = 1;
    for (const auto& row : ids)
        longest = std::max(longest, row.size());
    const auto rows = static_cast<std::int64_t>(ids.size());
    const auto length = static_cast<std::int64_t>(longest);
    Continuations c{torch::zeros({rows, length}, torch::kLong), torch::zeros({rows, length}, torch::kBool),
                    torch::tensor(prompt, torch::kLong)};
    for (std::int64_t r = 0; r < rows; ++r) {
        const auto& row = ids[static_cast<std::size_t>(r)];
        const auto size = static_cast<std::int64_t>(row.size());
        c.ids[r].narrow(0, 0, size).copy_(torch::tensor(row, torch::kLong));
        c.mask[r].narrow(0, 0, size).fill_(true);
    }
    return {c.ids.to(device), c.mask.to(device), c.prompt.to(device)};
}

torch::Tensor continuationLogProbs(const LanguageModel& model, const PromptBatch& prompts, const Continuations& c,
                                   double temperature, torch::Tensor* entropy)
{
    KvCache prefix(model.config());
    prefix.padding = prompts.padding;
    const auto last = model.forward(prompts.embeddings, &prefix).select(1, -1); // [P, hidden]
    auto states = last.index_select(0, c.prompt).unsqueeze(1);                  // what predicts the first token
    if (c.ids.size(1) > 1) {
        auto cache = KvCache::branched(std::move(prefix), c.prompt);
        states = torch::cat({states, model.forward(model.embed(c.ids.slice(1, 0, -1)), &cache)}, 1);
    }
    // Logits only where there is a token: the vocabulary is the widest matrix of a small model.
    const auto distribution = torch::log_softmax(model.logits(states.index({c.mask})) / temperature, -1);
    const auto chosen = distribution.gather(1, c.ids.index({c.mask}).unsqueeze(1)).squeeze(1);
    const auto nothing = torch::zeros(c.ids.sizes(), chosen.options());
    if (entropy != nullptr) {
        torch::NoGradGuard guard;
        *entropy = nothing.masked_scatter(c.mask, -(distribution.exp() * distribution).sum(1));
    }
    return nothing.masked_scatter(c.mask, chosen);
}

std::vector<Generated> generateGroups(const LanguageModel& model, const PromptBatch& prompts, int count,
                                      const GenerationOptions& options)
{
    torch::NoGradGuard guard;
    const Stopwatch clock;
    const auto device = prompts.embeddings.device();
    const auto source = torch::arange(prompts.embeddings.size(0) * count, device).floor_divide(count);
    KvCache prefix(model.config());
    prefix.padding = prompts.padding;
    const auto last = model.forward(prompts.embeddings, &prefix).select(1, -1);
    auto cache = KvCache::branched(std::move(prefix), source, options.maxTokens);
    auto logits = model.logits(last).index_select(0, source);
    Rollout rollout(source.size(0), options);
    for (int step = 0; step < options.maxTokens; ++step) {
        auto ids = torch::tensor(rollout.take(logits)).to(device);
        const auto going = rollout.going();
        if (going.empty())
            break;
        // Copying what the rows hold behind their prompts costs more than a few rows that draw in vain.
        if (4 * going.size() <= 3 * static_cast<std::size_t>(ids.size(0))) {
            const auto kept = torch::tensor(going).to(device);
            cache = cache.kept(kept);
            ids = ids.index_select(0, kept);
            rollout.keep(going);
        }
        if (step + 1 < options.maxTokens)
            logits = model.logits(model.forward(model.embed(ids).unsqueeze(1), &cache).select(1, -1));
    }
    for (Generated& result : rollout.results())
        result.seconds = clock.seconds();
    return std::move(rollout.results());
}

} // namespace binaurium::nn
