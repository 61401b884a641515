// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/SceneDocument.h"

#include <vector>

namespace binaurium {

// Points of a drawn line that are needed so that none of the others is farther than `toleranceM` from the line (Ramer
// 1972, Douglas and Peucker 1973). The ends stay.
[[nodiscard]] std::vector<Vec3> simplifiedPath(const std::vector<Vec3>& points, double toleranceM);

// When an object sounds (the listener: the whole scene), in seconds.
struct TimeRange
{
    double startS = 0.0;
    double endS = 0.0;
};
[[nodiscard]] TimeRange activeRange(const Scene& scene, int object);

// Gives an object a path through these places at constant speed from its start to its end; fewer than two places take
// the path away, and the object rests at the first. One step. Nothing changes where the scene would be none any more (a
// path through the head); the sentence says why.
QString setPath(SceneDocument& document, int object, const std::vector<Vec3>& places, std::uint64_t mergeKey = 0);
// The places of an object's path; where it rests when it has none.
[[nodiscard]] std::vector<Vec3> placesOf(const Scene& scene, int object);
// Whether the path stays in the room between its waypoints too; a smooth path may swing out.
[[nodiscard]] bool pathStaysInside(const Room& room, const Trajectory& path);

} // namespace binaurium
