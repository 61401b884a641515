// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/Head.h"
#include "core/audio/AudioBuffer.h"

#include <array>
#include <vector>

namespace binaurium {

// First-order ambisonics to two ears through a head: filters for W, Y, Z, X (ACN order, SN3D) that give the responses
// of the head for plane waves from 600 directions, evenly spread, in the least-squares sense; above 2 kHz, where four
// channels cannot give the phase of a head, its magnitude alone, with the phase of the filters one bin below (magnitude
// least squares: Schoerkhuber, Zaunschirm and Hoeldrich, DAGA 2018). Time 0 is the arrival at the centre of the head,
// so a decoded scene is aligned with one rendered for the ears. Immutable, may be shared between threads.
class FoaDecoder
{
public:
    static constexpr double defaultMagnitudeFromHz = 2000.0;

    explicit FoaDecoder(const Head& head, double magnitudeFromHz = defaultMagnitudeFromHz);

    // `foa`: four channels of any rate; two at the rate of the head come out, as long as what went in. Throws BadInput
    // for another number of channels.
    [[nodiscard]] AudioBuffer decode(const AudioBuffer& foa) const;
    [[nodiscard]] double rateHz() const noexcept { return rateHz_; }

private:
    double rateHz_;
    std::size_t delay_;                  // of the filters, taken off again
    std::array<AudioBuffer, 4> filters_; // by channel of the input: left and right
};

} // namespace binaurium
