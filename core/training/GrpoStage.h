// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/LanguageParts.h"
#include "core/training/Rewards.h"
#include "core/training/StageLoop.h"

namespace binaurium {

// Success of each kind of question (template), as an average that forgets; what the adaptive choice of prompts goes by.
// Its state is a tensor, so that checkpoints hold it.
class SuccessRates
{
public:
    explicit SuccessRates(std::size_t kinds);
    void note(std::size_t kind, double share);
    // Weights for drawing: largest where half of the completions are right (4 p (1 - p)), never 0, so that what is
    // mastered or hopeless now is still visited.
    [[nodiscard]] std::vector<double> weights() const;
    [[nodiscard]] const torch::Tensor& state() const noexcept { return rate_; }

private:
    torch::Tensor rate_; // [kinds], starts at 1/2
};

// Reinforcement learning of the LoRA on questions with options: groups of completions of one prompt, rewards of answer,
// format, evidence and length, the losses of Grpo.h. Stops when L1 or L2 fall by more than the guard's margin below
// their value at the start, and leaves the best model in `parts`. samples.jsonl of the run gets the completions.
void runGrpoStage(LanguageParts& parts, const GrpoStageOptions& stage, const TrainOptions& options, RunFolder& run,
                  const ProgressCallback& progress);

} // namespace binaurium
