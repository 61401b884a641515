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
    const char* reference;                          // where the numbers come from
    std::optional<OuterBands> outerAbsorption = {}; // of tables that have nine bands
};

[[nodiscard]] std::span<const Material> materials();
// nullptr when there is none of that name.
[[nodiscard]] const Material* findMaterial(const std::string& name);
// The coefficients that `wall` means: of its material, or its own. Throws BadInput for an unknown name.
[[nodiscard]] BandValues absorptionOf(const WallSurface& wall);
// In nine bands, the outer ones continued from their neighbours where the wall has seven.
[[nodiscard]] WideBandValues wideAbsorptionOf(const WallSurface& wall);
[[nodiscard]] WideBandValues wideScatteringOf(const WallSurface& wall);
// Whether the wall's table has nine bands.
[[nodiscard]] bool hasNineBands(const WallSurface& wall);
// A wall with these coefficients of its own, nine bands.
[[nodiscard]] WallSurface customWall(const WideBandValues& absorption, const WideBandValues& scattering);

} // namespace binaurium
