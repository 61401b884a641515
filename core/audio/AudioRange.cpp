// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/AudioRange.h"

#include <algorithm>
#include <cmath>

namespace binaurium {

AudioBuffer audioFrames(const AudioBuffer& audio, std::size_t first, std::size_t count)
{
    first = std::min(first, audio.frames());
    count = std::min(count, audio.frames() - first);
    AudioBuffer part(audio.channels(), count, audio.rateHz());
    for (std::size_t c = 0; c < audio.channels(); ++c)
        std::copy_n(audio.channel(c).begin() + static_cast<std::ptrdiff_t>(first), count, part.channel(c).begin());
    return part;
}

AudioBuffer audioRange(const AudioBuffer& audio, double fromS, double toS)
{
    if (audio.frames() == 0)
        return audio;
    const auto frame = [&](double timeS) {
        return static_cast<std::size_t>(std::llround(std::clamp(timeS, 0.0, audio.durationS()) * audio.rateHz()));
    };
    const auto first = std::min(frame(fromS), audio.frames() - 1);
    return audioFrames(audio, first, std::max<std::size_t>(1, frame(toS) - std::min(frame(toS), first)));
}

} // namespace binaurium
