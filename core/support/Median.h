// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <vector>

namespace binaurium {

// The middle of the values, the mean of both middle ones where their number is even; 0 of none.
[[nodiscard]] inline double median(std::vector<double> values)
{
    if (values.empty())
        return 0.0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    if (values.size() % 2 == 1)
        return *middle;
    return 0.5 * (*middle + *std::ranges::max_element(values.begin(), middle));
}

} // namespace binaurium
