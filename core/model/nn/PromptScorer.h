// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/LanguageModel.h"

#include <vector>

namespace binaurium::nn {

// A prompt [T, hidden] and token sequences that may continue it, each of at least one token.
struct PromptWithContinuations
{
    torch::Tensor prompt;
    std::vector<std::vector<int>> continuations;
};

// Sums of the log-probabilities of all continuations of all prompts. Prompts of the same length are read together, each
// once; then their continuations are.
[[nodiscard]] std::vector<std::vector<double>> scorePrompts(const LanguageModel& model,
                                                            const std::vector<PromptWithContinuations>& prompts);

} // namespace binaurium::nn
