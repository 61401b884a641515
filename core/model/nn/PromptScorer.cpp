// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/PromptScorer.h"

#include <algorithm>
#include <map>

namespace binaurium::nn {
namespace {

constexpr std::size_t mostTogether = 16; // prompts; more need memory for logits and gain nothing

// The cache of `prefix` with row r repeated counts[r] times and room for `more` positions.
KvCache repeated(const LanguageModel& model, const KvCache& prefix, const torch::Tensor& source, std::int64_t more)
{
    KvCache cache(model.config(), source.size(0), prefix.length + more);
    for (std::size_t layer = 0; layer < prefix.keys.size(); ++layer) {
        cache.keys[layer].narrow(2, 0, prefix.length).copy_(prefix.keys[layer].index_select(0, source));
        cache.values[layer].narrow(2, 0, prefix.length).copy_(prefix.values[layer].index_select(0, source));
    }
    cache.length = prefix.length;
    return cache;
}

void scoreSameLength(const LanguageModel& model, const std::vector<const PromptWithContinuations*>& prompts,
                     const std::vector<std::vector<double>*>& scores)
{
    std::vector<torch::Tensor> rows;
    std::vector<std::int64_t> source;
    std::vector<const std::vector<int>*> sequences;
    std::size_t longest = 1;
    for (std::size_t p = 0; p < prompts.size(); ++p) {
        rows.push_back(prompts[p]->prompt);
        for (const auto& ids : prompts[p]->continuations) {
            source.push_back(static_cast<std::int64_t>(p));
            sequences.push_back(&ids);
            longest = std::max(longest, ids.size());
        }
    }
    const auto embeddings = torch::stack(rows);
    KvCache prefix(model.config(), embeddings.size(0), embeddings.size(1));
    const auto states = model.forward(embeddings, &prefix);
    const auto first = torch::log_softmax(model.logits(states.select(1, -1)), -1); // [P, V]
    const auto steps = static_cast<std::int64_t>(longest) - 1;
    auto ids =
        torch::zeros({static_cast<std::int64_t>(sequences.size()), static_cast<std::int64_t>(longest)}, torch::kLong);
    auto view = ids.accessor<std::int64_t, 2>();
    for (std::size_t r = 0; r < sequences.size(); ++r)
        for (std::size_t i = 0; i < sequences[r]->size(); ++i)
            view[static_cast<std::int64_t>(r)][static_cast<std::int64_t>(i)] = (*sequences[r])[i];
    torch::Tensor rest; // [R, steps] log-probability of each next token
    if (steps > 0) {
        auto cache = repeated(model, prefix, torch::tensor(source), steps);
        const auto logits = model.logits(model.forward(model.embed(ids.narrow(1, 0, steps)), &cache));
        const auto next = ids.narrow(1, 1, steps).unsqueeze(-1);
        rest = logits.gather(-1, next).squeeze(-1) - logits.logsumexp(-1);
    }
    std::size_t r = 0;
    for (std::size_t p = 0; p < prompts.size(); ++p)
        for (const auto& sequence : prompts[p]->continuations) {
            double sum = first[static_cast<std::int64_t>(p)][sequence[0]].item<double>();
            for (std::size_t i = 1; i < sequence.size(); ++i)
                sum += rest[static_cast<std::int64_t>(r)][static_cast<std::int64_t>(i) - 1].item<double>();
            scores[p]->push_back(sum);
            ++r;
        }
}

} // namespace

std::vector<std::vector<double>> scorePrompts(const LanguageModel& model,
                                              const std::vector<PromptWithContinuations>& prompts)
{
    torch::NoGradGuard guard;
    std::map<std::int64_t, std::vector<std::size_t>> byLength;
    for (std::size_t p = 0; p < prompts.size(); ++p)
        byLength[prompts[p].prompt.size(0)].push_back(p);
    std::vector<std::vector<double>> scores(prompts.size());
    for (const auto& [length, places] : byLength)
        for (std::size_t start = 0; start < places.size(); start += mostTogether) {
            std::vector<const PromptWithContinuations*> together;
            std::vector<std::vector<double>*> results;
            for (std::size_t i = start; i < std::min(places.size(), start + mostTogether); ++i) {
                together.push_back(&prompts[places[i]]);
                results.push_back(&scores[places[i]]);
            }
            scoreSameLength(model, together, results);
        }
    return scores;
}

} // namespace binaurium::nn
