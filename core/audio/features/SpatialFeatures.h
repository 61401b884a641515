// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <cstddef>
#include <vector>

namespace binaurium {

// Two-ear features of the spatial encoder at 32 kHz, 100 frames per second. Layout constants are part of every trained
// model: change them only together with the model's manifest.
struct SpatialFeatureLayout
{
    static constexpr double rateHz = 32000.0;
    static constexpr std::size_t fftSize = 1024;
    static constexpr std::size_t hop = 320;
    static constexpr std::size_t bands = 80;   // triangular, 80 Hz .. 15.5 kHz, equally spaced over asinh(f / 1500 Hz)
    static constexpr std::size_t channels = 4; // mean log power, ILD, real and imaginary part of the band coherence
    static constexpr std::size_t lags = 65;    // GCC-PHAT, -32 .. +32 samples (+-1 ms); positive: the left ear leads
    static constexpr double framesPerS = rateHz / hop;
};

struct SpatialFeatures
{
    std::size_t frames = 0;
    std::vector<float> bands; // [channel][frame][band]
    std::vector<float> gcc;   // [frame][lag], times 4
};

// Hz, of band 0 .. bands - 1.
[[nodiscard]] double bandCentreHz(std::size_t band);

// `audio`: two channels (L, R) at 32 kHz. frames = samples / 320, rounded up. Scaling: log power minus the clip's mean,
// in units of 15 dB with a floor 70 dB below the clip's maximum; ILD (left over right) in units of 10 dB.
[[nodiscard]] SpatialFeatures spatialFeatures(const AudioBuffer& audio);

} // namespace binaurium
