// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

namespace binaurium::test {

struct PlacedSource
{
    const char* label;
    double azimuthDeg;
    double elevationDeg = 0.0;
    double distanceM = 2.0;
    double startS = 0.0;
    double gainDb = 0.0;
};

// A large room with sources around the listener, who looks along +x.
inline Scene sceneOf(const std::vector<PlacedSource>& sources)
{
    Scene scene;
    scene.room.sizeM = {12, 12, 6};
    scene.listener.positionM = {6, 6, 3};
    for (const PlacedSource& placed : sources) {
        Source source;
        source.name = placed.label + std::to_string(scene.sources.size());
        source.label = placed.label;
        source.sound.generator = "noise";
        source.positionM =
            scene.listener.positionM + placed.distanceM * unitVector({placed.azimuthDeg, placed.elevationDeg});
        source.startS = placed.startS;
        source.gainDb = placed.gainDb;
        scene.sources.push_back(source);
    }
    return scene;
}

} // namespace binaurium::test
