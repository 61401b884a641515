// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/LanguageBatch.h"
#include "core/training/StageLoop.h"

namespace binaurium {

// One stage through the language model: completion-only cross entropy, divided by the number of answer tokens of the
// whole batch however it is cut into micro-batches. `name` is "alignment" (projector) or "sft" (projector and LoRA).
// Continues from its checkpoint and leaves the best model in `parts`.
void runLanguageStage(const std::string& name, LanguageParts& parts, const LanguageStageOptions& stage,
                      const TrainOptions& options, RunFolder& run, const ProgressCallback& progress);

// Leaves the gradients of one batch in projector and LoRA, cut into micro-batches of `microBatch` examples (0: whole)
// and divided among the ranks; gives the loss. `probability`, where wanted, gets that of each example's whole answer
// under the model as it is. All are the same on every rank.
double accumulateGradients(const LanguageParts& parts, std::span<const LanguageExample> examples, int microBatch,
                           std::vector<double>* probability = nullptr);

} // namespace binaurium
