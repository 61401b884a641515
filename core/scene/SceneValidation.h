// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <string>
#include <vector>

namespace binaurium {

// Limits of a scene, used by validation, by the editor's fields and by the docs.
struct SceneLimits
{
    static constexpr double roomMinM = 1.0;
    static constexpr double roomMaxM = 100.0;
    static constexpr double wallMarginM = 0.05;    // sources and listener stay this far from walls
    static constexpr double nearestSourceM = 0.10; // a source may not sit inside the head
    static constexpr double durationMaxS = 600.0;
    static constexpr double gainMinDb = -60.0;
    static constexpr double gainMaxDb = 24.0;
    static constexpr std::size_t sourcesMax = 64;
    static constexpr double rt60MinS = 0.05; // asked for; what a room can reach is narrower
    static constexpr double rt60MaxS = 20.0;
    static constexpr double imageJitterMaxM = 0.5;
    static constexpr std::size_t waypointsMax = 4096; // per trajectory
    static constexpr double speedMaxMPerS = 50.0;     // of a source or the listener
};

// Everything wrong with `scene`, one sentence each that names the object and the allowed range; empty when valid.
[[nodiscard]] std::vector<std::string> sceneProblems(const Scene& scene);
// Throws BadInput with the first problem, `name` in front.
void requireValid(const Scene& scene, const std::string& name);

} // namespace binaurium
