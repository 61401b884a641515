// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Labels.h"
#include "core/scene/Scene.h"

#include <array>
#include <vector>

namespace binaurium {

// What a listener can know about one source, taken exactly from the scene.
struct SourceFacts
{
    const Label* label = nullptr;
    Direction direction; // when the source starts
    double distanceM = 0.0;
    Direction endDirection; // when it ends; differs only where source or listener move
    double endDistanceM = 0.0;
    Vec3 headPositionM; // at the start, head frame (x front, y left, z up)
    double startS = 0.0;
    double endS = 0.0;
    double levelDb = 0.0; // of the direct sound at the head, re the level of a source of 0 dB at 1 m
    bool moves = false;
    bool audible = false; // long and loud enough beside the loudest one, and not below the noise
};

// Facts of all sources of a known label that are not muted, in scene order.
struct SceneFacts
{
    const Scene* scene = nullptr; // not owned; for questions about the room
    std::vector<SourceFacts> sources;
};
[[nodiscard]] SceneFacts factsOf(const Scene& scene);

// The same sources for a listener who turned by `yawDeg` to the left.
[[nodiscard]] SceneFacts turned(SceneFacts facts, double yawDeg);

// How far a scene must be from the other answer before a question is asked. Directions: wider than what people
// distinguish without seeing (Blauert, Spatial Hearing, 1997: 4 to 10 degrees at the side) and than a head that sat
// askew in its measurement; distance and level: above the just noticeable differences (about 20 % and 1 dB).
namespace margins {
inline constexpr double quadrantDeg = 10.0;         // from the borders at 45 degrees and so on
inline constexpr double octantDeg = 7.0;            // from the borders of 45-degree sectors
inline constexpr double clockDeg = 5.0;             // from the borders of 30-degree sectors
inline constexpr double sideDeg = 15.0;             // from the median plane
inline constexpr double axisDeg = 15.0;             // from the interaural axis, for "front or behind"
inline constexpr double azimuthElevationDeg = 50.0; // higher sources have no clear azimuth
inline constexpr double levelElevationDeg = 10.0;   // "level" up to here
inline constexpr double highElevationDeg = 22.0;    // "above" and "below" from here
inline constexpr double elevationGapDeg = 15.0;     // between two compared sources
inline constexpr double heightGapM = 0.2;           // between the same two, in metres
inline constexpr double lateralGapDeg = 15.0;       // between two compared sources, towards the ears
inline constexpr double widestTurnDeg = 150.0;      // farther, both ways round are alike
inline constexpr double distanceRatio = 1.5;        // between two compared sources
inline constexpr double levelGapDb = 4.0;           // between two compared sources
inline constexpr double orderS = 0.5;               // between two starts; a ring or knock may be heard 0.4 s late
inline constexpr double motionDeg = 30.0;           // azimuth travelled
inline constexpr double motionRatio = 1.7;          // distance gained or lost
inline constexpr double stillDeg = 5.0;             // less than this is not motion
inline constexpr double audibleRangeDb = 18.0;      // below the loudest source
inline constexpr double audibleSnrDb = 0.0;         // against diffuse noise
inline constexpr double audibleS = 0.3;             // shortest sound that is asked about
inline constexpr std::array<double, 4> distanceBordersM{0.9, 1.2, 2.0, 2.5}; // near | gap | a few steps | gap | far
inline constexpr std::array<double, 4> rt60BordersS{0.25, 0.35, 0.6, 0.75};  // dry | gap | moderate | gap | reverberant
inline constexpr std::array<double, 4> volumeBordersM3{40.0, 55.0, 110.0, 140.0}; // small | gap | medium | gap | large
} // namespace margins

} // namespace binaurium
