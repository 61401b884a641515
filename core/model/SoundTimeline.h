// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/ListeningCheck.h"
#include "core/audio/features/SoundOverview.h"
#include "core/model/HearingModel.h"

#include <filesystem>

// Recordings of any length, heard window by window: what sounds from when to when and where.
namespace binaurium {

// One source as long as it stays where it is.
struct HeardEvent
{
    std::string label; // id, empty when unknown
    double fromS = 0.0;
    double toS = 0.0;
    double azimuthDeg = 0.0; // means over its windows, weighted by confidence
    double elevationDeg = 0.0;
    double distanceM = 0.0;
    double confidence = 0.0; // mean
};

struct TimelineOptions
{
    double windowS = 2.0; // each is heard on its own; 0.5 .. 10
    double hopS = 1.0;    // from one to the next; 0.1 .. windowS
    double fromS = 0.0;
    double toS = 0.0; // 0: to the end
    [[nodiscard]] bool isValid(std::string* error) const;
};

// Format "binaurium-timeline" version 1.
struct SoundTimeline
{
    double durationS = 0.0;         // of the recording
    double heardUntilS = 0.0;       // less than durationS where it was stopped
    std::vector<HeardEvent> events; // by start
};
[[nodiscard]] Json timelineToJson(const SoundTimeline& timeline);

// Joins what one window after the other heard. A source goes on where a later window, at most one missed between, hears
// the same label within 20 degrees, or there mirrored front to back.
class TimelineMaker
{
public:
    explicit TimelineMaker(const TimelineOptions& options) : options_(options) {}
    // Sources of the window [fromS, fromS + windowS), windows in order.
    void add(double fromS, const std::vector<LocalizedSource>& sources);
    [[nodiscard]] std::vector<HeardEvent> events() const;

private:
    struct Open
    {
        HeardEvent event;
        // Sums of unit vectors by confidence, in front and behind: the heavier half says where, since the mean of two
        // directions that are confused lies between them.
        std::array<double, 2> x{}, y{}, weight{};
        double elevation = 0.0, distance = 0.0, confidence = 0.0;
        int windows = 0;
    };
    TimelineOptions options_;
    std::vector<Open> sources_;
};

// What hears one window, for instance HearingModel::localize().
using WindowListener = std::function<Localization(const AudioBuffer&)>;
// Hears a two-channel recording with windows of a few seconds in memory, whatever its length. Progress in windows;
// where it says stop, what was heard until then is returned. Throws Missing, BadInput and what `listen` throws.
[[nodiscard]] SoundTimeline listenThrough(const std::filesystem::path& path, const TimelineOptions& options,
                                          const WindowListener& listen, const ProgressCallback& progress = {});

// A recording at a glance, read in blocks: how it looks and what makes its places doubtful.
struct SoundGlance
{
    SoundOverview overview;
    std::vector<ListeningConcern> concerns;
};
// Throws Missing, BadInput, Interrupted where `progress` (in blocks) says stop.
[[nodiscard]] SoundGlance glanceAt(const std::filesystem::path& path, const ProgressCallback& progress = {});

} // namespace binaurium
