// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/Prompt.h"
#include "core/training/LanguageParts.h"
#include "core/training/run/TrainOptions.h"

#include <optional>

namespace binaurium {

// One question with the answer to be learnt.
struct LanguageExample
{
    std::int64_t scene = 0;
    nn::Prompt prompt;
    std::vector<int> answer; // with the end token
    // Of a plain answer to a question with options: its kind (QuestionIndex), and the probability of a guess.
    std::optional<std::size_t> kind{};
    double chance = 0.0;
};

// Questions of one step, drawn evenly (QuestionIndex), those about one scene one behind the other; a share is asked
// without options, a share is answered with the evidence first. `progress` 0 to 1 moves the mixture of levels,
// `weights` of the kinds of questions (empty: all alike) those within a level.
[[nodiscard]] std::vector<LanguageExample> drawExamples(const LanguageParts& parts, const LanguageStageOptions& stage,
                                                        double progress, RandomStream& random,
                                                        const std::vector<double>& weights = {});

// Packed sequences of some examples: prompt with audio tokens, then the answer, whose tokens are the labels. Neighbours
// about one scene share what stands before the question, audio tokens and all.
struct LanguageBatch
{
    torch::Tensor embeddings; // [1, N, hidden], with gradient to the projector
    nn::Packing packing;
    torch::Tensor position; // [labels] index into [N]: the state that predicts the label
    torch::Tensor label;    // [labels] token ids
};
[[nodiscard]] LanguageBatch makeLanguageBatch(const LanguageParts& parts, std::span<const LanguageExample> examples);

} // namespace binaurium
