// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Json.h"

#include <filesystem>
#include <fstream>
#include <string>

namespace binaurium {

// The folder of one training run: config.toml, events.jsonl (format "binaurium-events" version 1, one JSON object a
// line), checkpoints/, final/. A run never overwrites a run.
class RunFolder
{
public:
    // Makes a new one; throws BadInput when the folder exists and is not empty.
    [[nodiscard]] static RunFolder create(const std::filesystem::path& folder, const std::string& configText);
    // Opens one to resume; throws Missing or BadInput.
    [[nodiscard]] static RunFolder open(const std::filesystem::path& folder);

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_; }
    [[nodiscard]] std::filesystem::path configPath() const { return folder_ / "config.toml"; }
    [[nodiscard]] std::filesystem::path checkpoint(const std::string& stage) const
    {
        return folder_ / "checkpoints" / (stage + ".safetensors");
    }

    // Appends {"time": seconds since the epoch, "type": ..., members of `event`} and flushes the line.
    void log(const std::string& type, Json event);

private:
    explicit RunFolder(std::filesystem::path folder);
    std::filesystem::path folder_;
    std::ofstream events_;
};

} // namespace binaurium
