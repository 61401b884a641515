// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/MinimumPhase.h"
#include "core/scene/Geometry.h"

#include <array>

namespace binaurium {

// What changes at the ears when a source comes closer than a head is measured: distance variation functions of a rigid
// sphere (Kan, Jin and van Schaik, JASA 125 (2009); Duda and Martens, JASA 104 (1998)), relative to 1 m, where they are
// 0. Nearer sources raise the near ear and shadow the far one, most of all at low frequencies.
namespace nearField {

inline constexpr double farthestM = 1.0;
inline constexpr double sphereRadiusM = 0.0875; // KEMAR and most adults lie within 5 mm

// ln magnitude per band at one ear. `cosine` between source and ear as seen from the centre of the head; distances
// below 0.1 m count as that. The first call makes a table (some 30 ms).
[[nodiscard]] BandLogGains logGains(double distanceM, double cosine) noexcept;

// Way around the sphere to the ear minus the way to its centre, relative to the same at 1 m, in metres (Woodworth and
// Schlosberg 1954 for a source at a distance).
[[nodiscard]] double detourM(double distanceM, double cosine, double radiusM) noexcept;

// The direction from which the ear at +-y `earM` hears a source, as a direction on the measurement sphere: where the
// line from the ear through the source meets it.
[[nodiscard]] Vec3 directionFromEar(const Vec3& direction, double distanceM, double earM) noexcept;

} // namespace nearField
} // namespace binaurium
