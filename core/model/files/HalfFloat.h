// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

namespace binaurium {

// IEEE half precision to float, all values including subnormal ones, infinities and NaN.
[[nodiscard]] constexpr float halfToFloat(std::uint16_t half) noexcept
{
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
    const std::uint32_t exponent = (half >> 10) & 0x1FU;
    const std::uint32_t mantissa = half & 0x3FFU;
    if (exponent == 0) // zero and subnormal: mantissa / 2^24
        return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(static_cast<float>(mantissa) * 0x1.0p-24F));
    if (exponent == 31)
        return std::bit_cast<float>(sign | 0x7F800000U | (mantissa << 13));
    return std::bit_cast<float>(sign | ((exponent + 112U) << 23) | (mantissa << 13));
}

[[nodiscard]] constexpr float bfloatToFloat(std::uint16_t value) noexcept
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16);
}

} // namespace binaurium
