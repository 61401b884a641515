// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/RunHistory.h"

#include "core/support/Error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>

namespace binaurium {
namespace {

constexpr double mostSteps = 1e12;
constexpr double latestTimeS = 1e11;
constexpr int deepest = 4;           // levels of nested numbers
constexpr std::size_t paceOver = 50; // points

// Metrics that sum a stage up, most telling first; whether less is better.
constexpr std::array<std::pair<const char*, bool>, 5> telling{
    std::pair("validation/accuracy", false), std::pair("validation/azimuth_median_deg", true),
    std::pair("validation/azimuth_mean_deg", true), std::pair("reward", false), std::pair("loss", true)};

StageStatus stateFromId(const std::string& id)
{
    if (id == "started" || id == "resumed")
        return StageStatus::Running;
    if (id == "finished")
        return StageStatus::Finished;
    if (id == "failed")
        return StageStatus::Failed;
    return StageStatus::Stopped;
}

void append(std::vector<RunPoint>& points, const RunPoint& point)
{
    if (!points.empty() && points.back().step >= point.step) {
        const auto from = std::ranges::lower_bound(points, point.step, {}, &RunPoint::step);
        points.erase(from, points.end());
    }
    points.push_back(point);
}

} // namespace

std::optional<double> StageHistory::remainingS() const
{
    const auto losses = series.find("loss");
    if (state != StageStatus::Running || steps <= step || losses == series.end() || losses->second.size() < 2)
        return {};
    const auto& points = losses->second;
    const auto& last = points.back();
    const auto& first = points[points.size() > paceOver ? points.size() - paceOver : 0];
    const auto done = static_cast<double>(last.step - first.step);
    const double tookS = last.timeS - first.timeS;
    if (done <= 0.0 || tookS <= 0.0)
        return {};
    return static_cast<double>(steps - step) * tookS / done;
}

std::optional<StageBest> bestOf(const StageHistory& stage)
{
    for (const auto& [name, lessIsBetter] : telling) {
        const auto found = stage.series.find(name);
        if (found == stage.series.end())
            continue;
        std::optional<RunPoint> best;
        for (const RunPoint& point : found->second)
            if (std::isfinite(point.value) &&
                (!best || (lessIsBetter ? point.value < best->value : point.value > best->value)))
                best = point;
        const std::string metric = name;
        if (best)
            return StageBest{metric.starts_with("validation/") ? metric.substr(11) : metric, *best};
    }
    return {};
}

bool RunHistory::addLine(std::string_view line, std::string* problem)
{
    try {
        add(parseJson(line, "events.jsonl"));
        return true;
    } catch (const std::exception& e) {
        ++badLines_;
        if (problem != nullptr)
            *problem = e.what();
        return false;
    }
}

void RunHistory::add(const Json& event)
{
    const JsonObject object(event, "events.jsonl");
    const auto type = object.string("type");
    if (type == "format") {
        checkFormat(object, "binaurium-events", 1);
        return;
    }
    const double timeS = object.number("time", 0.0, latestTimeS, 0.0);
    if (type == "error") {
        error_ = object.string("reason", "");
        return;
    }
    if (type != "stage" && type != "step" && type != "validation" && type != "guard")
        return; // tells nothing of the course of a stage
    const auto step = object.integer("step", 0, static_cast<std::int64_t>(mostSteps), 0);
    StageHistory& stage = need(object.string("stage"));
    stage.lastTimeS = timeS;
    if (type == "stage") {
        stage.state = stateFromId(object.string("state"));
        stage.steps = object.integer("steps", 0, static_cast<std::int64_t>(mostSteps), stage.steps);
        stage.step = step;
        if (stage.state == StageStatus::Running)
            stage.reason.clear();
        stage.reason = object.string("reason", stage.reason);
        if (object.has("best") && object.raw("best").is_number())
            stage.best = object.raw("best").get<double>();
        if (stage.state == StageStatus::Running)
            error_.clear();
        return;
    }
    if (type == "guard") {
        stage.reason = object.string("reason");
        return;
    }
    const RunPoint at{step, timeS, 0.0};
    if (type == "validation") {
        if (object.has("score"))
            addNumbers(stage, "validation/", object.raw("score"), at, 0);
        return;
    }
    stage.step = std::max(step, std::int64_t{0});
    if (stage.state == StageStatus::Waiting)
        stage.state = StageStatus::Running;
    addNumbers(stage, {}, event, at, 0);
}

StageHistory& RunHistory::need(const std::string& name)
{
    if (name.empty() || name.size() > nameLimit)
        throw badInput("events.jsonl", "a stage has no proper name");
    current_ = name;
    const auto found = std::ranges::find(stages_, name, &StageHistory::name);
    if (found != stages_.end())
        return *found;
    if (stages_.size() >= stageLimit)
        throw badInput("events.jsonl", "there are too many stages");
    stages_.emplace_back().name = name;
    return stages_.back();
}

void RunHistory::addNumbers(StageHistory& stage, const std::string& prefix, const Json& values, const RunPoint& at,
                            int depth)
{
    if (!values.is_object() || depth >= deepest)
        return;
    for (const auto& [key, value] : values.items()) {
        if (key.empty() || key.size() > nameLimit || (depth == 0 && prefix.empty() && (key == "step" || key == "time")))
            continue;
        if (value.is_object()) {
            addNumbers(stage, prefix + key + "/", value, at, depth + 1);
            continue;
        }
        // JSON has no NaN: writers put null there.
        if (!value.is_number() && !value.is_null())
            continue;
        const auto name = prefix + key;
        if (stage.series.size() >= seriesLimit && !stage.series.contains(name))
            continue;
        RunPoint point = at;
        point.value = value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
        append(stage.series[name], point);
    }
}

const StageHistory* RunHistory::stage(const std::string& name) const noexcept
{
    const auto found = std::ranges::find(stages_, name, &StageHistory::name);
    return found == stages_.end() ? nullptr : &*found;
}

const StageHistory* RunHistory::current() const noexcept
{
    return stage(current_);
}

std::size_t RunHistory::points() const noexcept
{
    std::size_t count = 0;
    for (const StageHistory& stage : stages_)
        if (const auto losses = stage.series.find("loss"); losses != stage.series.end())
            count += losses->second.size();
    return count;
}

std::vector<std::string> LineFollower::next(bool* restarted)
{
    if (restarted != nullptr)
        *restarted = false;
    std::ifstream file(path_, std::ios::binary | std::ios::ate);
    if (!file)
        return {};
    const auto size = static_cast<std::uintmax_t>(file.tellg());
    if (size < offset_) {
        offset_ = 0;
        skips_ = false;
        if (restarted != nullptr)
            *restarted = true;
    }
    std::string bytes(static_cast<std::size_t>(std::min<std::uintmax_t>(size - offset_, lookLimit)), '\0');
    file.seekg(static_cast<std::streamoff>(offset_));
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    std::vector<std::string> lines;
    std::size_t start = 0;
    for (auto end = bytes.find('\n'); end != std::string::npos; end = bytes.find('\n', start)) {
        if (!skips_ && end > start && end - start <= lineLimit)
            lines.push_back(bytes.substr(start, end - start));
        skips_ = false;
        start = end + 1;
    }
    if (bytes.size() - start > lineLimit) {
        skips_ = true;
        start = bytes.size();
    }
    offset_ += start;
    return lines;
}

} // namespace binaurium
