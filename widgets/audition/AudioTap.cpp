// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/audition/AudioTap.h"

namespace binaurium {

void AudioTap::write(const float* interleaved, int count) noexcept
{
    std::uint64_t at = written_.load(std::memory_order_relaxed);
    for (int i = 0; i < count; ++i, ++at)
        for (std::size_t c = 0; c < 2; ++c)
            ring_[2 * (at % frames) + c].store(interleaved[2 * static_cast<std::size_t>(i) + c],
                                               std::memory_order_relaxed);
    written_.store(at, std::memory_order_release);
}

bool AudioTap::latest(std::size_t count, AudioBuffer& audio) const
{
    const std::uint64_t end = written();
    if (count > frames / 2 || end < count)
        return false;
    audio = AudioBuffer(2, count, rateHz);
    for (std::size_t n = 0; n < count; ++n)
        for (std::size_t c = 0; c < 2; ++c)
            audio.channel(c)[n] = ring_[2 * ((end - count + n) % frames) + c].load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acquire);
    return written() - end <= frames / 2; // what was copied was not written over
}

} // namespace binaurium
