// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/Response.h"

#include <vector>

namespace binaurium {

// What a listener hears of a source while one of them moves: paths that glide (MovingPaths) and, in a room, the late
// tail, which is the same wherever they are and however the head is turned.
struct MovingSound
{
    AudioBuffer audio;         // as long as `dry`
    std::vector<double> drrDb; // per frame of `frameS` seconds; 120 in an anechoic room
};
// Channels as in renderResponse(). Throws Usage for Tail::Images, which exists for sources at rest only.
[[nodiscard]] MovingSound renderMovingSource(const RoomAcoustics& room, const Source& source, const Listener& listener,
                                             const Head* head, std::size_t channels, const ResponseOptions& options,
                                             std::span<const float> dry, double frameS);

} // namespace binaurium
