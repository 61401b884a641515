// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/Head.h"
#include "core/acoustics/ImageSources.h"
#include "core/audio/AudioBuffer.h"

namespace binaurium {

// What follows the mixing time: noise with the statistics of the sound field, or every image source to the end.
enum class Tail { Statistical, Images };

inline constexpr double anechoicDrrDb = 120.0; // stands for infinity

struct ResponseOptions
{
    double rateHz = 48000.0;
    Tail tail = Tail::Statistical;
    double mixingTimeS = 0.0; // 0: RoomAcoustics::mixingTimeS()
    double maximumS = 4.0;    // longest response
    double decayDb = 60.0;    // cut where every band has fallen this far
    std::uint64_t seed = 1;
    std::uint64_t sourceIndex = 0;
    int threads = 1; // for Tail::Images; 0: one per processor; the samples do not depend on it
};

// Response from a source to the listener. Binaural with a head (channels L, R), else `channels` 1 (omni) or 4 (FOA, ACN
// order W Y Z X, SN3D, in the listener's frame). The direct path has the amplitude 1 / (4 pi r) and arrives at r / c:
// no constant delay. Early paths one by one through the interpolated head, tail after the mixing time.
struct Response
{
    AudioBuffer audio;
    double drrDb = 0.0; // direct to reverberant energy; anechoicDrrDb in an anechoic room
};
// Throws Usage where more image sources would have to be rendered one by one than anybody waits for.
[[nodiscard]] Response renderResponse(const RoomAcoustics& room, const Source& source, const Listener& listener,
                                      const Head* head, std::size_t channels, const ResponseOptions& options);

} // namespace binaurium
