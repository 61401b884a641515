// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/Random.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

std::uint64_t splitMix(std::uint64_t& state) noexcept
{
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

} // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view stream, std::uint64_t index) noexcept
{
    std::uint64_t mixer = seed;
    const std::uint64_t a = splitMix(mixer);
    mixer ^= hash64(stream);
    const std::uint64_t b = splitMix(mixer);
    mixer ^= index * 0xd1342543de82ef95ULL;
    const std::uint64_t c = splitMix(mixer);
    mixer ^= a ^ std::rotl(b, 21) ^ std::rotl(c, 42);
    for (auto& word : state_)
        word = splitMix(mixer);
}

std::uint64_t RandomStream::bits() noexcept
{
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

double RandomStream::uniform() noexcept
{
    return static_cast<double>(bits() >> 11) * 0x1.0p-53;
}

std::uint64_t RandomStream::below(std::uint64_t count) noexcept
{
    const std::uint64_t rejected = -count % count; // 2^64 mod count
    std::uint64_t value = bits();
    while (value < rejected)
        value = bits();
    return value % count;
}

double RandomStream::normal() noexcept
{
    if (hasSpare_) {
        hasSpare_ = false;
        return spareNormal_;
    }
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    const double angle = 2.0 * std::numbers::pi * uniform();
    spareNormal_ = radius * std::sin(angle);
    hasSpare_ = true;
    return radius * std::cos(angle);
}

std::uint64_t hash64(std::string_view text) noexcept
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const unsigned char c : text)
        hash = (hash ^ c) * 0x100000001b3ULL;
    return hash;
}

} // namespace binaurium
