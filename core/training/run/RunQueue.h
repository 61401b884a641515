// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Json.h"

#include <filesystem>
#include <string>
#include <vector>

namespace binaurium {

// One run of a queue.
struct QueuedRun
{
    std::filesystem::path config;       // *.toml
    std::filesystem::path output;       // run folder
    std::vector<std::string> overrides; // key=value
    friend bool operator==(const QueuedRun&, const QueuedRun&) = default;
};

// Runs to do one after another ("binaurium-queue" version 1, TOML): [[run]] tables with config, output and set, a list
// of key=value. Relative paths start at the file's folder. Throws BadInput for unknown keys or two runs with one
// output.
[[nodiscard]] std::vector<QueuedRun> readQueue(const std::filesystem::path& file);
[[nodiscard]] std::vector<QueuedRun> queueFromJson(const Json& document, const std::string& name,
                                                   const std::filesystem::path& folder);

} // namespace binaurium
