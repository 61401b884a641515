// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace binaurium {

// Planar float samples: channel after channel, all of the same length, at one rate.
class AudioBuffer
{
public:
    AudioBuffer() = default;
    AudioBuffer(std::size_t channels, std::size_t frames, double rateHz)
        : samples_(channels * frames), channels_(channels), frames_(frames), rateHz_(rateHz)
    {}

    [[nodiscard]] std::size_t channels() const noexcept { return channels_; }
    [[nodiscard]] std::size_t frames() const noexcept { return frames_; }
    [[nodiscard]] double rateHz() const noexcept { return rateHz_; }
    [[nodiscard]] double durationS() const noexcept { return rateHz_ > 0 ? static_cast<double>(frames_) / rateHz_ : 0; }
    [[nodiscard]] bool empty() const noexcept { return samples_.empty(); }

    [[nodiscard]] std::span<float> channel(std::size_t index) noexcept
    {
        return {samples_.data() + index * frames_, frames_};
    }
    [[nodiscard]] std::span<const float> channel(std::size_t index) const noexcept
    {
        return {samples_.data() + index * frames_, frames_};
    }
    [[nodiscard]] std::span<float> all() noexcept { return samples_; }
    [[nodiscard]] std::span<const float> all() const noexcept { return samples_; }

private:
    std::vector<float> samples_;
    std::size_t channels_ = 0;
    std::size_t frames_ = 0;
    double rateHz_ = 0.0;
};

} // namespace binaurium
