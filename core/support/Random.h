// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace binaurium {

// Random numbers named by (seed, stream, index): the same three give the same bits on every machine, whatever the
// number of threads and whatever else was drawn before. xoshiro256** seeded by splitmix64 (Blackman and Vigna 2018);
// no std::*_distribution, since their results differ between standard libraries.
class RandomStream
{
public:
    RandomStream(std::uint64_t seed, std::string_view stream, std::uint64_t index = 0) noexcept;

    [[nodiscard]] std::uint64_t bits() noexcept;
    // Uniform in [0, 1) with 53 bits.
    [[nodiscard]] double uniform() noexcept;
    [[nodiscard]] double uniform(double low, double high) noexcept { return low + (high - low) * uniform(); }
    // Uniform in 0 .. count-1 without modulo bias; count >= 1.
    [[nodiscard]] std::uint64_t below(std::uint64_t count) noexcept;
    // Standard normal (Box-Muller, both values used).
    [[nodiscard]] double normal() noexcept;
    [[nodiscard]] bool chance(double probability) noexcept { return uniform() < probability; }

    // Fisher-Yates.
    template <typename T>
    void shuffle(std::span<T> values) noexcept
    {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[below(i)]);
    }

private:
    std::array<std::uint64_t, 4> state_{};
    double spareNormal_ = 0.0;
    bool hasSpare_ = false;
};

// 64-bit FNV-1a; for seeds and cache keys, not for security.
[[nodiscard]] std::uint64_t hash64(std::string_view text) noexcept;

} // namespace binaurium
