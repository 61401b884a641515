// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/live/LiveOptions.h"

#include <array>
#include <span>

namespace binaurium {

// 0 .. 1 over one quantum; the next quantum begins where this one would end.
inline constexpr std::array<float, LiveRate::quantum> quantumRamp = [] {
    std::array<float, LiveRate::quantum> ramp{};
    for (std::size_t n = 0; n < ramp.size(); ++n)
        ramp[n] = static_cast<float>(n) / static_cast<float>(ramp.size());
    return ramp;
}();

// out[n] += gain(n) * in[n] over one quantum, the gain going linearly from `first` to `last`.
inline void addRamped(std::span<const float> in, float first, float last, std::span<float> out) noexcept
{
    const float* x = in.data();
    float* y = out.data();
    if (first == last) {
        for (std::size_t n = 0; n < LiveRate::quantum; ++n)
            y[n] += first * x[n];
        return;
    }
    const float change = last - first;
    for (std::size_t n = 0; n < LiveRate::quantum; ++n)
        y[n] += (first + quantumRamp[n] * change) * x[n];
}

} // namespace binaurium
