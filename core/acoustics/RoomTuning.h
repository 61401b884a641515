// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

namespace binaurium {

// The room with walls that give its wanted reverberation time (room.wantedRt60S, at least one value) and no wish left.
// Per band, the reflected energy 1 - absorption of every wall is raised to one common power, so that soft walls stay
// softer than hard ones, until T30 of the room's own energy decay (EnergyDecay) is the wanted one; bisection. Walls
// that absorb nothing at all in a band count as equally absorbing there. Throws BadInput with the reachable range.
[[nodiscard]] Room tunedRoom(const Room& room);

// Reverberation times that walls between 0.5 % and 99 % absorption can give in a band, in seconds.
struct ReachableRange
{
    double shortestS = 0.0;
    double longestS = 0.0;
};
[[nodiscard]] ReachableRange reachableRt60(const Room& room, std::size_t band);

} // namespace binaurium
