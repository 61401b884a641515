// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/statistics/Consistency.h"

#include "core/support/Error.h"

#include <algorithm>

namespace binaurium {

RotationScore scoreRotations(std::span<const std::vector<bool>> items)
{
    RotationScore score;
    for (const auto& rotations : items) {
        if (rotations.empty())
            throw badInput("rotations", "an item was not asked in any rotation");
        const auto right = std::count(rotations.begin(), rotations.end(), true);
        score.average += static_cast<double>(right) / static_cast<double>(rotations.size());
        score.allRight += right == static_cast<std::ptrdiff_t>(rotations.size()) ? 1.0 : 0.0;
        ++score.items;
    }
    if (score.items > 0) {
        score.average /= score.items;
        score.allRight /= score.items;
    }
    return score;
}

std::size_t placeInRotation(std::size_t index, std::size_t rotation, std::size_t count)
{
    return (index + count - rotation % count) % count;
}

std::size_t indexFromPlace(std::size_t place, std::size_t rotation, std::size_t count)
{
    return (place + rotation) % count;
}

PairScore scorePairs(std::span<const std::array<bool, 2>> pairs)
{
    PairScore score;
    for (const auto& [first, second] : pairs) {
        ++score.pairs;
        score.bothRight += first && second ? 1 : 0;
        score.oneRight += first != second ? 1 : 0;
    }
    return score;
}

} // namespace binaurium
