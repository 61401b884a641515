// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/RunHistory.h"
#include "core/training/run/TrainOptions.h"

#include <optional>
#include <string>
#include <vector>

namespace binaurium {

// What a run will roughly need, told before it starts. Estimates from earlier runs and file sizes, not promises: within
// a factor of two.
struct RunEstimate
{
    double memoryBytes = 0.0; // of the hungriest stage
    double diskBytes = 0.0;   // caches that are not shared with earlier runs, and checkpoints
    struct Stage
    {
        std::string name;
        std::optional<double> timeS; // of the steps; nothing where no pace is known
    };
    std::vector<Stage> stages; // the enabled ones in their order
};

// Seconds per step and example of a stage, measured in a run that trained `batch` examples a step.
struct StagePace
{
    std::string stage;
    double secondsPerExample = 0.0;
};

// Pace of a stage over its whole history; nothing where it has fewer than two steps.
[[nodiscard]] std::optional<StagePace> paceOf(const StageHistory& stage, int batch);

[[nodiscard]] RunEstimate estimateRun(const TrainOptions& options, const std::vector<StagePace>& paces);

// What stands in the way of starting a run with these options in `folder`: one sentence each, empty when nothing does.
// Looks at the run folder, named files, heads and the disk.
[[nodiscard]] std::vector<std::string> obstaclesOf(const TrainOptions& options, const std::filesystem::path& folder,
                                                   const RunEstimate& estimate);

// Free bytes for an ordinary user where `path` or its nearest existing parent stands.
[[nodiscard]] std::optional<double> freeDiskBytes(std::filesystem::path path);

} // namespace binaurium
