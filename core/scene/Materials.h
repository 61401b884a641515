// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <span>
#include <string>

namespace binaurium {

struct Material
{
    const char* name;      // stable id
    BandValues absorption; // energy absorption coefficient, 125 Hz .. 8 kHz
    BandValues scattering;
    const char* reference; // where the numbers come from
};

[[nodiscard]] std::span<const Material> materials();
// nullptr when there is none of that name.
[[nodiscard]] const Material* findMaterial(const std::string& name);
// The coefficients that `wall` means: of its material, or its own. Throws BadInput for an unknown name.
[[nodiscard]] BandValues absorptionOf(const WallSurface& wall);

} // namespace binaurium
