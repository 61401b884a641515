// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/RunFolder.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <chrono>

namespace binaurium {

RunFolder::RunFolder(std::filesystem::path folder)
    : folder_(std::move(folder)), events_(folder_ / "events.jsonl", std::ios::app)
{
    if (!events_)
        throw badInput(folder_.string(), "events.jsonl cannot be written");
}

RunFolder RunFolder::create(const std::filesystem::path& folder, const std::string& configText)
{
    std::error_code code;
    if (std::filesystem::exists(folder, code) && !std::filesystem::is_empty(folder, code))
        throw badInput(folder.string(),
                       "exists and is not empty; a run never overwrites one: choose another folder, or --resume it");
    std::filesystem::create_directories(folder / "checkpoints");
    writeFileAtomically(folder / "config.toml", configText);
    RunFolder run(folder);
    run.log("format", {{"format", "binaurium-events"}, {"version", 1}});
    return run;
}

RunFolder RunFolder::open(const std::filesystem::path& folder)
{
    if (!std::filesystem::exists(folder / "config.toml"))
        throw missing(folder.string() + " is not a training run (no config.toml)",
                      "start one with train CONFIG.toml -o RUNDIR");
    return RunFolder(folder);
}

void RunFolder::log(const std::string& type, Json event)
{
    Json line;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    line["time"] = std::chrono::duration<double>(now).count();
    line["type"] = type;
    for (auto& [key, value] : event.items())
        line[key] = value;
    events_ << line.dump() << std::endl; // flushed: somebody watches, and a killed run keeps its history
}

} // namespace binaurium
