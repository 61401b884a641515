// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/LanguageParts.h"
#include "core/training/Rewards.h"
#include "core/training/StageLoop.h"

namespace binaurium {

// Reinforcement learning of the LoRA on questions with options: groups of completions of one prompt, rewards of answer,
// format, evidence and length, the losses of Grpo.h. Stops when L1 or L2 fall by more than the guard's margin below
// their value at the start, and leaves the best model in `parts`. samples.jsonl of the run gets the completions.
void runGrpoStage(LanguageParts& parts, const GrpoStageOptions& stage, const TrainOptions& options, RunFolder& run,
                  const ProgressCallback& progress);

} // namespace binaurium
