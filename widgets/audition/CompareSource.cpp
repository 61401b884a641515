// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/audition/CompareSource.h"

#include "widgets/audition/LoudnessMatch.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double fadeS = 0.010;
constexpr double rmsS = 0.3;

} // namespace

CompareSource::CompareSource(std::shared_ptr<const AudioBuffer> a, std::shared_ptr<const AudioBuffer> b)
    : sounds_{std::move(a), std::move(b)},
      length_(static_cast<std::int64_t>(std::min(sounds_[0]->frames(), sounds_[1]->frames())))
{
    const auto [first, second] = matchingGains(*sounds_[0], *sounds_[1]);
    gains_ = {first, second};
}

bool CompareSource::read(float* interleaved, int frames) noexcept
{
    std::int64_t at = position_.load(std::memory_order_relaxed);
    const std::int64_t start = at;
    const bool loop = loop_.load(std::memory_order_relaxed);
    const float master = master_.load(std::memory_order_relaxed);
    const float goal = wanted_.load(std::memory_order_relaxed) == 1 ? 1.0F : 0.0F;
    const auto step = static_cast<float>(1.0 / (fadeS * rateHz()));
    std::array<float, 2> peak{}, sum{};
    for (int i = 0; i < frames; ++i) {
        if (at >= length_ && loop)
            at = 0;
        share_ += std::clamp(goal - share_, -step, step);
        for (std::size_t c = 0; c < 2; ++c) {
            float s = 0.0F;
            if (at < length_) {
                const auto n = static_cast<std::size_t>(at);
                s = master * ((1.0F - share_) * gains_[0] * sounds_[0]->channel(c)[n] +
                              share_ * gains_[1] * sounds_[1]->channel(c)[n]);
            }
            interleaved[2 * i + static_cast<int>(c)] = s;
            peak[c] = std::max(peak[c], std::abs(s));
            sum[c] += s * s;
        }
        at += at < length_ ? 1 : 0;
    }
    if (at >= length_ && loop)
        at = 0; // as in BufferSource
    std::int64_t expected = start;
    position_.compare_exchange_strong(expected, at, std::memory_order_relaxed); // a seek meanwhile wins
    const auto part = static_cast<float>(1.0 - std::exp(-frames / (rmsS * rateHz())));
    for (std::size_t c = 0; c < 2 && frames > 0; ++c) {
        const float power = power_[c].load(std::memory_order_relaxed);
        power_[c].store(power + part * (sum[c] / static_cast<float>(frames) - power), std::memory_order_relaxed);
        peaks_[c].store(std::max(peaks_[c].load(std::memory_order_relaxed), peak[c]), std::memory_order_relaxed);
    }
    return at < length_ || loop;
}

void CompareSource::seek(std::int64_t frame) noexcept
{
    position_.store(std::clamp<std::int64_t>(frame, 0, length_), std::memory_order_relaxed);
}

std::array<float, 2> CompareSource::takePeaks() noexcept
{
    return {peaks_[0].exchange(0.0F, std::memory_order_relaxed), peaks_[1].exchange(0.0F, std::memory_order_relaxed)};
}

std::array<float, 2> CompareSource::rms() const noexcept
{
    return {std::sqrt(power_[0].load(std::memory_order_relaxed)), std::sqrt(power_[1].load(std::memory_order_relaxed))};
}

} // namespace binaurium
