// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/HeadCatalogue.h"
#include "core/scene/Scene.h"
#include "core/support/Random.h"

#include <filesystem>
#include <vector>

namespace binaurium {

// A room of which binaural responses were measured, and where its loudspeakers stood for the head.
struct MeasuredPlace
{
    std::filesystem::path file; // absolute
    std::vector<RelativePosition> positions;

    // Makes `scene` take place there: a box that holds every loudspeaker, the listener in its middle, looking along +x.
    void enter(Scene& scene) const;
};

// The SOFA files in rooms/SPLIT of the data folders, by name: whoever sorts measured rooms into these folders decides
// the split. Throws Missing when there is none, BadInput for a file that holds no room.
[[nodiscard]] std::vector<MeasuredPlace> measuredPlacesOf(Split split);
// Of these files. Throws likewise.
[[nodiscard]] std::vector<MeasuredPlace> measuredPlacesFrom(const std::vector<std::filesystem::path>& files);

} // namespace binaurium
