// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Json.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace binaurium {

struct RunPoint
{
    std::int64_t step = 0;
    double timeS = 0.0; // since the epoch
    double value = 0.0; // NaN: the trainer had no finite number
};

enum class StageStatus { Waiting, Running, Finished, Stopped, Failed };

struct StageHistory
{
    std::string name;
    StageStatus state = StageStatus::Waiting;
    std::int64_t step = 0, steps = 0; // done and wanted; wanted 0: not said
    std::string reason;               // of a stop or failure, or what the guard said
    std::optional<double> best;       // as the trainer said it
    double lastTimeS = 0.0;
    // By name, steps rising: "loss", "rewards/answer", "validation/L1/accuracy".
    std::map<std::string, std::vector<RunPoint>> series;

    // Seconds until the last step at the pace of the newest steps; nothing while that is unknown.
    [[nodiscard]] std::optional<double> remainingS() const;
};

// The validation value that says most about a stage, and its best point so far.
struct StageBest
{
    std::string metric; // "accuracy", "azimuth_median_deg", "reward"
    RunPoint point;
};
[[nodiscard]] std::optional<StageBest> bestOf(const StageHistory& stage);

// What events.jsonl tells ("binaurium-events" version 1). Lines are untrusted: a bad one is counted and otherwise
// ignored. A step that comes again, since a killed run went on from its checkpoint, replaces what stood there.
class RunHistory
{
public:
    static constexpr std::size_t stageLimit = 16;
    static constexpr std::size_t seriesLimit = 256; // of one stage
    static constexpr std::size_t nameLimit = 64;    // characters

    // False, and `problem` says why, when the line is none.
    bool addLine(std::string_view line, std::string* problem = nullptr);

    [[nodiscard]] const std::vector<StageHistory>& stages() const noexcept { return stages_; }
    [[nodiscard]] const StageHistory* stage(const std::string& name) const noexcept;
    // The stage that spoke last.
    [[nodiscard]] const StageHistory* current() const noexcept;
    [[nodiscard]] const std::string& error() const noexcept { return error_; } // of the last "error" event
    [[nodiscard]] std::size_t badLines() const noexcept { return badLines_; }
    [[nodiscard]] std::size_t points() const noexcept; // of all losses

private:
    void add(const Json& event);
    StageHistory& need(const std::string& name);
    void addNumbers(StageHistory& stage, const std::string& prefix, const Json& values, const RunPoint& at, int depth);

    std::vector<StageHistory> stages_;
    std::string current_;
    std::string error_;
    std::size_t badLines_ = 0;
};

// Whole new lines of a growing file at each look; a line that is still being written waits for the next. A file that
// became shorter is read again from its start, and `restarted` says so.
class LineFollower
{
public:
    static constexpr std::size_t lineLimit = 256 << 10; // longer ones are dropped
    static constexpr std::size_t lookLimit = 1 << 20;   // bytes of one look; the rest comes at the next

    explicit LineFollower(std::filesystem::path path = {}) : path_(std::move(path)) {}
    [[nodiscard]] std::vector<std::string> next(bool* restarted = nullptr);
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
    std::uintmax_t offset_ = 0;
    bool skips_ = false; // within a line that is too long
};

} // namespace binaurium
