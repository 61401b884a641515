// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Stopwatch.h"

#include <algorithm>
#include <vector>

namespace binaurium::bench {

// Median time of five calls after one that warms up.
template <typename Work>
double medianSeconds(const Work& work)
{
    constexpr int repeats = 5;
    std::vector<double> seconds;
    for (int i = 0; i <= repeats; ++i) {
        const Stopwatch clock;
        work();
        if (i > 0)
            seconds.push_back(clock.seconds());
    }
    std::ranges::sort(seconds);
    return seconds[seconds.size() / 2];
}

} // namespace binaurium::bench
