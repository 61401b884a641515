// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"
#include "core/support/Random.h"

namespace binaurium::test {

// Noise at 32 kHz that reaches the right ear weaker and 12 samples later; `stream` names its random numbers.
inline AudioBuffer noiseFromTheLeft(const char* stream, std::size_t frames)
{
    constexpr std::size_t lag = 12;
    RandomStream random(1, stream);
    AudioBuffer audio(2, frames, 32000.0);
    for (std::size_t n = 0; n < audio.frames(); ++n) {
        audio.channel(0)[n] = static_cast<float>(0.1 * random.normal());
        audio.channel(1)[n] = 0.3F * audio.channel(0)[n > lag ? n - lag : 0];
    }
    return audio;
}

} // namespace binaurium::test
