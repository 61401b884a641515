// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace binaurium {

// A vector of activations in 8 bits, blocks of 32 with one scale each: value i is about values()[i] * scales()[i / 32].
// Reused from product to product, so that nothing is allocated once it has its size.
class QuantisedVector
{
public:
    static constexpr std::size_t block = 32;

    // Rounds to the nearest; the size must be a multiple of 32. Not finite input gives values that are not defined.
    void assign(std::span<const float> x);

    [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
    [[nodiscard]] const std::int8_t* values() const noexcept { return values_.data(); }
    [[nodiscard]] const float* scales() const noexcept { return scales_.data(); }
    // Of the 8-bit values of each block.
    [[nodiscard]] const std::int32_t* sums() const noexcept { return sums_.data(); }

private:
    std::vector<std::int8_t> values_;
    std::vector<float> scales_;
    std::vector<std::int32_t> sums_;
};

} // namespace binaurium
