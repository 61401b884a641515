// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/statistics/Interval.h"

#include <algorithm>
#include <cmath>

namespace binaurium {

Interval wilsonInterval(int successes, int n)
{
    if (n <= 0)
        return {0.0, 1.0};
    constexpr double z = 1.959963984540054;
    const double p = static_cast<double>(successes) / n;
    const double centre = p + z * z / (2.0 * n);
    const double half = z * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
    const double scale = 1.0 + z * z / n;
    return {std::max(0.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale)};
}

} // namespace binaurium
