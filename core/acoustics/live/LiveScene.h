// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/DrySound.h"
#include "core/acoustics/ImageSources.h"
#include "core/acoustics/live/LiveHead.h"
#include "core/acoustics/live/TailConvolver.h"
#include "core/acoustics/live/WallFilterBank.h"

namespace binaurium {

// One image of every source: position = sign * source + offset, per axis.
struct LiveImage
{
    Vec3 sign{1, 1, 1};
    Vec3 offset;
    std::size_t filter = 0; // of WallFilters; each its own, since it holds the way through the air too
    int order = 0;
};

struct LiveSceneInputs
{
    std::shared_ptr<const Head> head;  // at 48 kHz; null: what the scene names
    std::filesystem::path sceneFolder; // relative files of the scene start here
    bool allowOutside = false;         // whether they may leave it
};

// A scene made ready for playing: everything that takes time or may fail is done here, outside of the audio thread.
// Immutable and shared.
struct LiveScene
{
    Scene scene;
    LiveOptions options;
    RoomAcoustics room;
    std::vector<LiveImage> images; // the direct sound first
    std::shared_ptr<const LiveHead> head;
    std::shared_ptr<const WallFilters> walls;
    std::shared_ptr<const TailFilter> tail;                        // null: none
    double tailS = 0.0;                                            // its length
    double tailFromS = 0.0;                                        // after the sound left; what is later sets in later
    double tailRt60S = 1.0;                                        // at 1 kHz
    AudioBuffer noise;                                             // background, a loop; empty: none
    std::vector<std::shared_ptr<const std::vector<float>>> sounds; // by source; null: could not be read
    std::vector<std::string> problems;                             // one sentence per sound that is missing

    [[nodiscard]] std::int64_t frames() const noexcept;
    // Longest way of any image, for positions inside of the room.
    [[nodiscard]] double longestPathM() const noexcept;
};

// Sounds, heads and tails that an earlier scene still uses are taken from there. A sound that cannot be read is left
// out and named in `problems`. Throws Usage (options), BadInput or Missing (head).
[[nodiscard]] std::shared_ptr<const LiveScene> prepareLiveScene(const Scene& scene, const LiveOptions& options,
                                                                const LiveSceneInputs& inputs);

// All images up to `order` and their wall filters.
[[nodiscard]] std::vector<LiveImage> liveImages(const RoomAcoustics& room, int order,
                                                std::vector<BandLogGains>& filters);

} // namespace binaurium
