// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace binaurium {

// Exact McNemar test (binomial, two-sided) of two systems on the same items: `onlyFirst` items that only the first has
// right, `onlySecond` that only the second has. Items that both have right or wrong say nothing. 1 where none differs.
[[nodiscard]] double mcNemarExact(std::int64_t onlyFirst, std::int64_t onlySecond);

// p values adjusted for their number (Holm, Scand. J. Statist. 6, 1979), in the order given.
[[nodiscard]] std::vector<double> holmAdjusted(std::span<const double> p);

} // namespace binaurium
