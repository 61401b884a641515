// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace binaurium {

enum class RunState {
    Ready,       // a folder with a configuration that never trained a step
    Running,     // a process trains in it
    Stopped,     // on request; goes on from its checkpoint
    Interrupted, // its process ended without a word: killed, or the computer went off
    Failed,      // stopped for a reason that it wrote down
    Finished     // all stages of its configuration
};
[[nodiscard]] std::string runStateId(RunState state);

struct RunSummary
{
    std::filesystem::path folder;
    RunState state = RunState::Ready;
    std::string stage; // that spoke last; empty: none
    std::int64_t step = 0, steps = 0;
    double lastTimeS = 0.0; // of its last event
    std::string reason;     // of a failure
    std::optional<long> process;
};

// Whether a folder holds a run: config.toml and events.jsonl.
[[nodiscard]] bool isRunFolder(const std::filesystem::path& folder);
// State of a run from its lock, its configuration and the end of its events; never throws.
[[nodiscard]] RunSummary summarizeRun(const std::filesystem::path& folder);
// Run folders directly below `folder` by name.
[[nodiscard]] std::vector<std::filesystem::path> listRuns(const std::filesystem::path& folder);
// Names of the enabled stages of a configuration file in their order; all four when it cannot be read.
[[nodiscard]] std::vector<std::string> stagesOfConfig(const std::filesystem::path& config);
// Length of events.jsonl, which changes with everything that happens in a run.
[[nodiscard]] std::uintmax_t eventsSize(const std::filesystem::path& folder);

// Last `limit` bytes of a text file from a line's start on; empty where it cannot be read.
[[nodiscard]] std::string readTail(const std::filesystem::path& path, std::size_t limit);

} // namespace binaurium
