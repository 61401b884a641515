// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Progress.h"
#include "core/training/Checkpoint.h"
#include "core/training/Ranks.h"
#include "core/training/run/RunFolder.h"
#include "core/training/run/TrainOptions.h"

#include <functional>
#include <optional>

namespace binaurium {

// What one stage does; the loop around it is the same for all (runStage).
struct Stage
{
    std::string name;
    const StageOptions* options = nullptr;
    nn::NamedTensors tensors; // everything that training changes, saved in checkpoints
    AdamW* optimiser = nullptr;
    std::shared_ptr<Ranks> ranks = std::make_shared<Ranks>(); // the first alone writes to the run
    int logEvery = 10;
    int validateEvery = 500;
    // Leaves gradients of step `step` in the parameters; gives "loss" and what else the log shows.
    std::function<Json(int step)> gradients;
    // Instead of `gradients` and one update: does the whole step itself, `factor` being that of the learning rate.
    std::function<Json(int step, double factor)> wholeStep;
    // Value that the best checkpoint has the largest of, and the details for the log.
    std::function<std::pair<double, Json>()> validate;
    std::optional<double> startValue; // where the stage's start counts as its first best
    // A sentence when the stage must stop after this validation, else empty.
    std::function<std::string(const Json& details)> guard;
};

// Runs a stage from its last checkpoint to its end and leaves the tensors of the best validation. Checkpoints
// NAME.safetensors (last) and NAME-best.safetensors are written atomically; the log gets stage, step, validation and
// checkpoint events. A stopped run throws Interrupted after writing a checkpoint. Throws an error that names step and
// parameter where the loss or a gradient is no number (the last checkpoint stays as it was), and one where the stage
// misses its gate, also when a finished stage is met again. Returns the best validation value.
double runStage(const Stage& stage, const TrainOptions& options, RunFolder& run, const ProgressCallback& progress);

// Throws where a gradient of `tensors` is no number.
void requireFiniteGradients(const nn::NamedTensors& tensors, const std::string& stage, int step);

} // namespace binaurium
