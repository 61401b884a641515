// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/RunList.h"

#include "core/support/Toml.h"
#include "core/training/run/RunFolder.h"
#include "core/training/run/RunHistory.h"
#include "core/training/run/TrainOptions.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace binaurium {
namespace {

constexpr std::size_t tailBytes = 64 << 10;

RunState stateOf(const RunHistory& history, const std::vector<std::string>& stages)
{
    const StageHistory* last = history.current();
    if (last == nullptr)
        return history.error().empty() ? RunState::Ready : RunState::Failed;
    if (last->state == StageStatus::Failed || !history.error().empty())
        return RunState::Failed;
    if (last->state == StageStatus::Stopped)
        return RunState::Stopped;
    if (last->state == StageStatus::Finished)
        return stages.empty() || last->name == stages.back() ? RunState::Finished : RunState::Interrupted;
    return RunState::Interrupted;
}

} // namespace

std::string runStateId(RunState state)
{
    constexpr std::array ids{"ready", "running", "stopped", "interrupted", "failed", "finished"};
    return ids[static_cast<std::size_t>(state)];
}

bool isRunFolder(const std::filesystem::path& folder)
{
    std::error_code code;
    return std::filesystem::exists(folder / "config.toml", code) &&
           std::filesystem::exists(folder / "events.jsonl", code);
}

RunSummary summarizeRun(const std::filesystem::path& folder)
{
    RunSummary summary;
    summary.folder = folder;
    summary.process = RunFolder::runningProcess(folder);
    RunHistory history;
    const auto tail = readTail(folder / "events.jsonl", tailBytes);
    for (std::size_t start = 0; start < tail.size();) {
        const auto end = std::min(tail.find('\n', start), tail.size());
        if (end > start)
            history.addLine(std::string_view(tail).substr(start, end - start));
        start = end + 1;
    }
    const auto stages = stagesOfConfig(folder / "config.toml");
    summary.state = summary.process                 ? RunState::Running
                    : RunFolder::isFinished(folder) ? RunState::Finished
                                                    : stateOf(history, stages);
    summary.reason = history.error();
    if (const StageHistory* last = history.current()) {
        summary.stage = last->name;
        summary.step = last->step;
        summary.steps = last->steps;
        summary.lastTimeS = last->lastTimeS;
        if (summary.reason.empty())
            summary.reason = last->reason;
    }
    return summary;
}

std::vector<std::filesystem::path> listRuns(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> runs;
    std::error_code code;
    for (std::filesystem::directory_iterator at(folder, code), end; !code && at != end; at.increment(code))
        if (isRunFolder(at->path()))
            runs.push_back(at->path());
    std::ranges::sort(runs);
    return runs;
}

std::vector<std::string> stagesOfConfig(const std::filesystem::path& config)
{
    try {
        const auto options = trainOptionsFromJson(readToml(config), config.string(), config.parent_path());
        std::vector<std::string> names;
        for (const auto& [name, enabled] :
             {std::pair("encoder", options.encoder.enabled), std::pair("alignment", options.alignment.enabled),
              std::pair("sft", options.sft.enabled), std::pair("grpo", options.grpo.enabled)})
            if (enabled)
                names.emplace_back(name);
        return names;
    } catch (const std::exception&) {
        return {"encoder", "alignment", "sft", "grpo"};
    }
}

std::uintmax_t eventsSize(const std::filesystem::path& folder)
{
    std::error_code code;
    const auto size = std::filesystem::file_size(folder / "events.jsonl", code);
    return code ? 0 : size;
}

std::string readTail(const std::filesystem::path& path, std::size_t limit)
{
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file)
        return {};
    const auto size = static_cast<std::uintmax_t>(file.tellg());
    const bool cut = size > limit;
    std::string bytes(static_cast<std::size_t>(cut ? limit : size), '\0');
    file.seekg(static_cast<std::streamoff>(size - bytes.size()));
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    if (cut)
        bytes.erase(0, std::min(bytes.find('\n'), bytes.size() - 1) + 1);
    return bytes;
}

} // namespace binaurium
