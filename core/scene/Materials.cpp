// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scene/Materials.h"

#include "core/support/Error.h"

#include <algorithm>

namespace binaurium {
namespace {

// Typical random-incidence coefficients of the room-acoustics textbooks named per line (Kuttruff: Room Acoustics;
// Vorlaender: Auralization; Beranek: Noise and Vibration Control). Scattering: smooth surfaces 0.05 .. 0.1, structured
// ones rise with frequency (Vorlaender, ch. 4). Published tables differ by 0.05 and more; measure where it matters.
constexpr const char* vorlaender = "Vorlaender, Auralization (2008), appendix";
constexpr const char* kuttruff = "Kuttruff, Room Acoustics (2016), table 2.1 and ch. 7";
constexpr const char* beranek = "Beranek, Noise and Vibration Control (1971), ch. 9";
constexpr BandValues smooth{0.05, 0.05, 0.05, 0.05, 0.06, 0.08, 0.10};
constexpr BandValues structured{0.10, 0.15, 0.20, 0.30, 0.40, 0.50, 0.60};
constexpr BandValues rough{0.15, 0.25, 0.40, 0.55, 0.65, 0.70, 0.75};

constexpr std::array table{
    Material{"concrete", {0.01, 0.01, 0.015, 0.02, 0.02, 0.03, 0.04}, smooth, kuttruff},
    Material{"brick", {0.03, 0.03, 0.03, 0.04, 0.05, 0.07, 0.07}, structured, beranek},
    Material{"painted plaster", {0.02, 0.02, 0.03, 0.03, 0.04, 0.05, 0.05}, smooth, vorlaender},
    Material{"plasterboard", {0.29, 0.10, 0.06, 0.05, 0.04, 0.04, 0.05}, smooth, vorlaender},
    Material{"marble or tile", {0.01, 0.01, 0.01, 0.01, 0.02, 0.02, 0.02}, smooth, beranek},
    Material{"window glass", {0.35, 0.25, 0.18, 0.12, 0.07, 0.04, 0.03}, smooth, beranek},
    Material{"wooden floor", {0.15, 0.11, 0.10, 0.07, 0.06, 0.07, 0.07}, smooth, beranek},
    Material{"parquet on concrete", {0.04, 0.04, 0.07, 0.06, 0.06, 0.07, 0.07}, smooth, vorlaender},
    Material{"linoleum", {0.02, 0.02, 0.03, 0.03, 0.04, 0.04, 0.05}, smooth, kuttruff},
    Material{"wood panel", {0.28, 0.22, 0.17, 0.09, 0.10, 0.11, 0.11}, smooth, kuttruff},
    Material{"wooden door", {0.14, 0.10, 0.06, 0.08, 0.10, 0.10, 0.10}, smooth, vorlaender},
    Material{"thin carpet", {0.02, 0.04, 0.08, 0.20, 0.35, 0.40, 0.45}, smooth, kuttruff},
    Material{"thick carpet", {0.08, 0.24, 0.57, 0.69, 0.71, 0.73, 0.73}, structured, beranek},
    Material{"light curtain", {0.03, 0.04, 0.11, 0.17, 0.24, 0.35, 0.40}, structured, beranek},
    Material{"heavy curtain", {0.14, 0.35, 0.55, 0.72, 0.70, 0.65, 0.65}, structured, beranek},
    Material{"acoustic tile", {0.30, 0.45, 0.70, 0.85, 0.90, 0.90, 0.85}, smooth, vorlaender},
    Material{"mineral wool 50 mm", {0.20, 0.60, 0.90, 0.95, 0.95, 0.95, 0.95}, smooth, vorlaender},
    Material{"upholstered seats", {0.40, 0.50, 0.60, 0.75, 0.80, 0.80, 0.75}, rough, kuttruff},
    Material{"bookshelf", {0.20, 0.25, 0.30, 0.30, 0.30, 0.35, 0.40}, rough, vorlaender},
    Material{"grass", {0.11, 0.26, 0.60, 0.69, 0.92, 0.99, 0.99}, rough, beranek},
    Material{"water surface", {0.01, 0.01, 0.01, 0.01, 0.02, 0.02, 0.03}, smooth, beranek},
    Material{"studio foam", {0.15, 0.30, 0.75, 0.90, 0.95, 0.95, 0.95}, structured, vorlaender},
};

const Material& materialOf(const WallSurface& wall)
{
    const Material* material = findMaterial(wall.material);
    if (material == nullptr)
        throw badInput("material '" + wall.material + "'", "is not in the table; use 'custom' with own coefficients");
    return *material;
}

WideBandValues widened(const BandValues& seven, const std::optional<OuterBands>& outer)
{
    WideBandValues nine{};
    std::copy(seven.begin(), seven.end(), nine.begin() + 1);
    nine.front() = outer ? outer->hz62 : seven.front();
    nine.back() = outer ? outer->hz16k : seven.back();
    return nine;
}

} // namespace

std::span<const Material> materials()
{
    return table;
}

const Material* findMaterial(const std::string& name)
{
    const auto* found = std::find_if(table.begin(), table.end(), [&](const Material& m) { return name == m.name; });
    return found == table.end() ? nullptr : found;
}

BandValues absorptionOf(const WallSurface& wall)
{
    return wall.material == "custom" ? wall.absorption : materialOf(wall).absorption;
}

WideBandValues wideAbsorptionOf(const WallSurface& wall)
{
    if (wall.material == "custom")
        return widened(wall.absorption, wall.outerAbsorption);
    const Material& material = materialOf(wall);
    return widened(material.absorption, material.outerAbsorption);
}

WideBandValues wideScatteringOf(const WallSurface& wall)
{
    if (wall.material == "custom")
        return widened(wall.scattering, wall.outerScattering);
    return widened(materialOf(wall).scattering, {});
}

bool hasNineBands(const WallSurface& wall)
{
    if (wall.material == "custom")
        return wall.outerAbsorption || wall.outerScattering;
    return materialOf(wall).outerAbsorption.has_value();
}

WallSurface customWall(const WideBandValues& absorption, const WideBandValues& scattering)
{
    WallSurface wall;
    wall.material = "custom";
    std::copy_n(absorption.begin() + 1, octaveBandCount, wall.absorption.begin());
    std::copy_n(scattering.begin() + 1, octaveBandCount, wall.scattering.begin());
    wall.outerAbsorption = {absorption.front(), absorption.back()};
    wall.outerScattering = {scattering.front(), scattering.back()};
    return wall;
}

} // namespace binaurium
