// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/MinimumPhase.h"
#include "core/scene/Scene.h"

namespace binaurium {

// How a source radiates, per band and angle from its axis, 1 on the axis. Immutable.
class SourceDirectivity
{
public:
    explicit SourceDirectivity(const Source& source);

    [[nodiscard]] bool isOmnidirectional() const noexcept { return kind_ == Directivity::Omni; }
    // ln of the magnitude per band at the cosine of the angle from the axis; at least -60 dB.
    [[nodiscard]] BandLogGains logGains(double cosine) const noexcept;
    // Whether the polarity is reversed there: the rear lobe of the first-order family.
    [[nodiscard]] bool isInverted(double cosine) const noexcept;
    // Mean of the squared magnitude over all directions: the power that feeds the reverberation.
    [[nodiscard]] double meanSquare(std::size_t band) const noexcept;

private:
    Directivity kind_;
    double omniShare_;
};

} // namespace binaurium
