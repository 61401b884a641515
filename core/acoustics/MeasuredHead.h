// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/SofaFile.h"
#include "core/acoustics/SphereTriangulation.h"

#include <memory>

namespace binaurium {

// What all variants of a measured head have in common: its measurements, the triangulation of their directions, and
// when the sound arrives at each ear. Immutable, may be shared between threads.
class MeasuredHead
{
public:
    explicit MeasuredHead(HeadMeasurements measurements);

    // Reads a SOFA file, through a cache that keeps it while somebody uses it. Throws Missing or BadInput.
    [[nodiscard]] static std::shared_ptr<const MeasuredHead> load(const std::filesystem::path& path);

    [[nodiscard]] const HeadMeasurements& measurements() const noexcept { return measurements_; }
    [[nodiscard]] const SphereTriangulation& triangulation() const noexcept { return triangulation_; }
    // Per direction, in samples of the file's rate, Data.Delay included.
    [[nodiscard]] std::span<const double> arrival(std::size_t ear) const noexcept { return arrival_[ear]; }

private:
    HeadMeasurements measurements_;
    SphereTriangulation triangulation_;
    std::array<std::vector<double>, 2> arrival_;
};

} // namespace binaurium
