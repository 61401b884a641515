// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Progress.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

// Training from one configuration file; no tensor type is visible here.
namespace binaurium {

// Starts a run of `config` in the new folder `runFolder`, options overridden by "key=value". Stopping writes a
// checkpoint and throws Interrupted. Throws BadInput for a bad configuration or a folder that is not empty.
void startTraining(const std::filesystem::path& config, const std::filesystem::path& runFolder,
                   const std::vector<std::string>& overrides, const ProgressCallback& progress);

// Continues an interrupted run from its checkpoints; a finished stage is not repeated.
void resumeTraining(const std::filesystem::path& runFolder, const ProgressCallback& progress);

// Does the runs of a queue file (run/RunQueue.h) one after another: finished ones are left alone, begun ones are
// resumed. A run that fails is reported to `failed` with its sentence and does not keep the others from running;
// stopping stops the queue. Returns how many failed.
int trainQueue(const std::filesystem::path& queue, const ProgressCallback& progress,
               const std::function<void(const std::filesystem::path& run, const std::string& reason)>& failed);

} // namespace binaurium
