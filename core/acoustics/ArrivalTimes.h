// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Geometry.h"

#include <span>
#include <utility>
#include <vector>

namespace binaurium {

// When the sound of each direction arrives at one ear, in samples. A threshold on single responses jumps by up to 400
// us between neighbours on people's ears (weak first arrivals in the shadow, noise before the onset). So the lags
// between neighbouring directions are measured by cross-correlation below 3 kHz, where neighbours are alike, and those
// times are returned that fit all lags and all onsets best (least squares over the edges of the triangulation, outliers
// reweighted).
//
// `responses` [direction][tap]; `delaySamples` is added per direction (Data.Delay); `edges` pairs of neighbours.
// Directions without a neighbour within 30 degrees keep their own onset.
[[nodiscard]] std::vector<double> arrivalSamples(std::span<const float> responses, std::size_t taps, double rateHz,
                                                 std::span<const double> delaySamples, std::span<const Vec3> directions,
                                                 std::span<const std::pair<int, int>> edges);

} // namespace binaurium
