// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace binaurium {

// One item asked with its options in every rotation.
struct RotationScore
{
    int items = 0;
    double average = 0.0;  // AA: right answers over all rotations of all items, each item with the same weight
    double allRight = 0.0; // ACR: share of items that are right in every rotation
};
// One list per item: whether each rotation was right; items without rotations are an error of the caller (BadInput).
[[nodiscard]] RotationScore scoreRotations(std::span<const std::vector<bool>> items);

// Place of option `index` among `count` options after they were rotated to the left by `rotation`, and back.
[[nodiscard]] std::size_t placeInRotation(std::size_t index, std::size_t rotation, std::size_t count);
[[nodiscard]] std::size_t indexFromPlace(std::size_t place, std::size_t rotation, std::size_t count);

// How often each letter was chosen and how often it was right; A first.
struct LetterHistogram
{
    std::array<int, 8> chosen{};
    std::array<int, 8> right{};
};

// Items that are right or wrong together.
struct PairScore
{
    int pairs = 0;
    int bothRight = 0;
    int oneRight = 0;
};
[[nodiscard]] PairScore scorePairs(std::span<const std::array<bool, 2>> pairs);

} // namespace binaurium
