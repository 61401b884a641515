// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

namespace binaurium {

// What two delays and two levels say without learning: the lateral angle of the one loudest source. GCC-PHAT (Knapp and
// Carter 1976) over the whole clip, frames weighted by their power, at the delay of a rigid sphere (Woodworth 1938),
// times a Gaussian of the level difference from 2.8 to 5.7 kHz around that of the sphere. Front and back sound alike to
// it: it always says front, and ear height.
struct ClassicalEstimate
{
    double azimuthDeg = 0.0; // -90 .. 90
    double delaySamples = 0.0;
    double levelDifferenceDb = 0.0; // left over right
};
// Two channels at 32 kHz. Throws BadInput for other audio.
[[nodiscard]] ClassicalEstimate localizeClassically(const AudioBuffer& audio);

} // namespace binaurium
