// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/audition/AudioSource.h"

#include <algorithm>
#include <cmath>

namespace binaurium {

bool BufferSource::read(float* interleaved, int frames) noexcept
{
    std::int64_t at = position_.load(std::memory_order_relaxed);
    const std::int64_t start = at;
    const std::int64_t end = length();
    const bool loop = loop_.load(std::memory_order_relaxed);
    const float gain = gain_.load(std::memory_order_relaxed);
    std::array<float, 2> peak{}, sum{};
    for (int i = 0; i < frames; ++i) {
        if (at >= end && loop)
            at = 0;
        for (std::size_t c = 0; c < 2; ++c) {
            const float s = at < end ? gain * audio_->channel(c)[static_cast<std::size_t>(at)] : 0.0F;
            interleaved[2 * i + static_cast<int>(c)] = s;
            peak[c] = std::max(peak[c], std::abs(s));
            sum[c] += s * s;
        }
        at += at < end ? 1 : 0;
    }
    if (at >= end && loop)
        at = 0; // a device that finds nothing to come stops asking
    std::int64_t expected = start;
    position_.compare_exchange_strong(expected, at, std::memory_order_relaxed); // a seek meanwhile wins
    constexpr double rmsS = 0.3;
    const auto share = static_cast<float>(1.0 - std::exp(-frames / (rmsS * rateHz())));
    for (std::size_t c = 0; c < 2 && frames > 0; ++c) {
        const float power = power_[c].load(std::memory_order_relaxed);
        power_[c].store(power + share * (sum[c] / static_cast<float>(frames) - power), std::memory_order_relaxed);
    }
    for (std::size_t c = 0; c < 2; ++c)
        peaks_[c].store(std::max(peaks_[c].load(std::memory_order_relaxed), peak[c]), std::memory_order_relaxed);
    return at < end || loop;
}

void BufferSource::seek(std::int64_t frame) noexcept
{
    position_.store(std::clamp<std::int64_t>(frame, 0, length()), std::memory_order_relaxed);
}

std::array<float, 2> BufferSource::takePeaks() noexcept
{
    return {peaks_[0].exchange(0.0F, std::memory_order_relaxed), peaks_[1].exchange(0.0F, std::memory_order_relaxed)};
}

std::array<float, 2> BufferSource::rms() const noexcept
{
    return {std::sqrt(power_[0].load(std::memory_order_relaxed)), std::sqrt(power_[1].load(std::memory_order_relaxed))};
}

} // namespace binaurium
