// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/SoundTimeline.h"

#include "core/audio/AudioReader.h"
#include "core/model/Localizer.h"
#include "core/scene/Geometry.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr int missedWindows = 1;
constexpr double leastConfidence = 0.05; // of weights, so that an unsure window still counts
constexpr double blockS = 10.0;

AudioReader twoEars(const std::filesystem::path& path)
{
    AudioReader reader(path);
    if (const auto why = whyNotTwoEars(reader.info().channels); !why.empty())
        throw badInput(path.string(), why);
    return reader;
}

} // namespace

bool TimelineOptions::isValid(std::string* error) const
{
    const char* what = nullptr;
    if (!(windowS >= 0.5 && windowS <= HearingModel::longestQuestionS))
        what = "the window must be 0.5 to 10 s";
    else if (!(hopS >= 0.1 && hopS <= windowS))
        what = "the hop must be 0.1 s to the length of the window";
    else if (!(fromS >= 0.0) || !(toS >= 0.0) || (toS > 0.0 && toS <= fromS))
        what = "the range must not be empty";
    if (what != nullptr && error != nullptr)
        *error = what;
    return what == nullptr;
}

Json timelineToJson(const SoundTimeline& timeline)
{
    Json events = Json::array();
    for (const auto& e : timeline.events)
        events.push_back({{"label", e.label.empty() ? Json(nullptr) : Json(e.label)},
                          {"from_s", e.fromS},
                          {"to_s", e.toS},
                          {"azimuth_deg", e.azimuthDeg},
                          {"elevation_deg", e.elevationDeg},
                          {"distance_m", e.distanceM},
                          {"confidence", e.confidence}});
    return {{"format", "binaurium-timeline"},
            {"version", 1},
            {"duration_s", timeline.durationS},
            {"heard_until_s", timeline.heardUntilS},
            {"events", events}};
}

void TimelineMaker::add(double fromS, const std::vector<LocalizedSource>& sources)
{
    const double latestEndS = fromS - missedWindows * options_.hopS; // of an event that goes on
    std::vector<std::size_t> taken;
    for (const auto& source : sources) {
        std::size_t same = sources_.size();
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            const auto& event = sources_[i].event;
            if (event.label == source.label && event.toS >= latestEndS - 1e-9 &&
                onOneCone(event.azimuthDeg, source.azimuthDeg) &&
                std::find(taken.begin(), taken.end(), i) == taken.end())
                same = i;
        }
        if (same == sources_.size()) {
            sources_.emplace_back();
            sources_.back().event.label = source.label;
            sources_.back().event.fromS = fromS;
        }
        taken.push_back(same);
        Open& open = sources_[same];
        const double w = std::max(leastConfidence, source.confidence);
        const std::size_t half = std::abs(source.azimuthDeg) <= 90.0 ? 0 : 1;
        open.x[half] += w * std::cos(radians(source.azimuthDeg));
        open.y[half] += w * std::sin(radians(source.azimuthDeg));
        open.weight[half] += w;
        open.elevation += w * source.elevationDeg;
        open.distance += w * source.distanceM;
        open.confidence += source.confidence;
        ++open.windows;
        open.event.toS = fromS + options_.windowS;
        const std::size_t heavier = open.weight[0] >= open.weight[1] ? 0 : 1;
        const double total = open.weight[0] + open.weight[1];
        open.event.azimuthDeg = degrees(std::atan2(open.y[heavier], open.x[heavier]));
        open.event.elevationDeg = open.elevation / total;
        open.event.distanceM = open.distance / total;
        open.event.confidence = open.confidence / open.windows;
    }
}

std::vector<HeardEvent> TimelineMaker::events() const
{
    std::vector<HeardEvent> list;
    for (const auto& open : sources_)
        list.push_back(open.event);
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.fromS < b.fromS; });
    return list;
}

SoundTimeline listenThrough(const std::filesystem::path& path, const TimelineOptions& options,
                            const WindowListener& listen, const ProgressCallback& progress)
{
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "timeline: " + error);
    // Opened once: finding a place in a compressed file again takes longer the farther behind it lies.
    auto reader = twoEars(path);
    const auto& info = reader.info();
    SoundTimeline timeline;
    timeline.durationS = static_cast<double>(info.frames) / info.rateHz;
    const double endS = options.toS > 0.0 ? std::min(options.toS, timeline.durationS) : timeline.durationS;
    // A last window that would hold less than half of its length is part of the one before.
    const auto windows =
        std::max<std::int64_t>(1, 1 + std::llround((endS - options.fromS - options.windowS) / options.hopS));
    const auto frames = [&](double s) { return std::llround(s * info.rateHz); };
    TimelineMaker maker(options);
    for (std::int64_t w = 0; w < windows; ++w) {
        if (progress && !progress({"timeline", w, windows, {}}))
            break;
        const double fromS = options.fromS + static_cast<double>(w) * options.hopS;
        const double toS = std::min(fromS + options.windowS, endS);
        reader.seek(frames(fromS));
        const auto audio = reader.read(static_cast<std::size_t>(std::max<long long>(1, frames(toS - fromS))));
        if (audio.frames() == 0) // the header said more
            break;
        maker.add(fromS, listen(audio).sources);
        timeline.heardUntilS = toS;
    }
    timeline.events = maker.events();
    for (auto& event : timeline.events)
        event.toS = std::min(event.toS, endS);
    return timeline;
}

SoundGlance glanceAt(const std::filesystem::path& path, const ProgressCallback& progress)
{
    auto reader = twoEars(path);
    const auto& info = reader.info();
    OverviewMaker maker(info.rateHz, info.frames);
    ListeningCheck check(info.rateHz);
    const auto block = std::max<std::int64_t>(1, std::llround(blockS * info.rateHz));
    const auto blocks = (info.frames + block - 1) / block;
    for (std::int64_t b = 0; b < blocks; ++b) {
        reportProgress(progress, {"read", b, blocks, {}});
        const auto audio = reader.read(static_cast<std::size_t>(block));
        if (audio.frames() == 0)
            break;
        maker.add(audio);
        check.add(audio);
    }
    return {maker.finish(), check.concerns()};
}

} // namespace binaurium
