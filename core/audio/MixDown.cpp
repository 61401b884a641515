// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/MixDown.h"

namespace binaurium {

std::vector<float> mixDown(const AudioBuffer& audio)
{
    std::vector<float> mono(audio.frames());
    const float gain = 1.0F / static_cast<float>(audio.channels());
    for (std::size_t c = 0; c < audio.channels(); ++c) {
        const auto channel = audio.channel(c);
        for (std::size_t n = 0; n < mono.size(); ++n)
            mono[n] += gain * channel[n];
    }
    return mono;
}

} // namespace binaurium
