// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/Fft.h"
#include "core/scene/Geometry.h"

#include <span>
#include <vector>

namespace binaurium {

// Directions and their values where a head was not measured: below and above most grids, and wherever a sparse grid
// leaves more than 12 degrees to the next direction. Without them, triangles across such a hole would mix directions
// that have nothing to do with each other.
class GapFill
{
public:
    // Unit vectors.
    explicit GapFill(std::span<const Vec3> measured);

    [[nodiscard]] const std::vector<Vec3>& directions() const noexcept { return directions_; }

    // Delays of one ear at directions(): the arrival at a sphere, ear at `earSide` (+1 left, -1 right), fitted to the
    // measured delays, and what the fit leaves over, weighted by inverse distance.
    [[nodiscard]] std::vector<double> delays(std::span<const double> measured, double earSide) const;
    // Aligned spectrum at directions()[gap] from [measured direction][bin]: power mean of the magnitudes, so that fine
    // structure does not cancel, with the phase of the weighted sum.
    void spectrum(std::size_t gap, std::span<const Complex> measured, std::span<Complex> out) const;

private:
    struct Neighbour
    {
        std::size_t index;
        double weight; // of one gap they sum to 1
    };
    [[nodiscard]] std::vector<Neighbour> neighboursOf(const Vec3& direction) const;

    std::vector<Vec3> measured_;
    std::vector<Vec3> directions_;
    std::vector<std::vector<Neighbour>> neighbours_; // per gap
};

} // namespace binaurium
