// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <QString>
#include <optional>
#include <vector>

namespace binaurium {

// What a room does to sound, in numbers for the user; empty where the walls cannot give what the scene asks for.
struct RoomFigures
{
    std::array<std::optional<double>, octaveBandCount> rt60S;
    std::optional<double>
        criticalDistanceM; // of an omnidirectional source at 1 kHz: direct and diffuse level are equal
    QString problem;       // why something is empty

    // Of the last room that was asked for the answer is kept. GUI thread.
    [[nodiscard]] static const RoomFigures& of(const Room& room);
    // Level at a distance re the direct sound at 1 m, diffuse sound included where the room has any.
    [[nodiscard]] double levelDb(double distanceM) const;
};

// A single reflection: the way of the sound from a source over one wall to the listener.
struct FirstReflection
{
    Wall wall = Wall::West;
    Vec3 atM; // on the wall
    double lengthM = 0.0;
};
[[nodiscard]] std::vector<FirstReflection> firstReflections(const Room& room, const Vec3& sourceM,
                                                            const Vec3& listenerM);

} // namespace binaurium
