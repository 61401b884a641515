// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

namespace binaurium::nn {

// Beginning, middle and end of a clip: order and movement.
inline constexpr std::int64_t clipParts = 3;

inline constexpr double smallestActivity = 1e-2; // that means over a slot are divided by

// Moments [first, end) of one part (0 .. clipParts - 1) of a clip of `moments`; never empty.
[[nodiscard]] inline std::pair<std::int64_t, std::int64_t> clipPart(std::int64_t part, std::int64_t moments) noexcept
{
    const auto first = std::min(part * moments / clipParts, moments - 1);
    return {first, std::max(first + 1, (part + 1) * moments / clipParts)};
}

} // namespace binaurium::nn
