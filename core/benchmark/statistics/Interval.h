// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace binaurium {

struct Interval
{
    double low = 0.0;
    double high = 0.0;
    friend bool operator==(const Interval&, const Interval&) = default;
};

// Wilson score interval of `successes` among `n`, 95 % (Wilson, JASA 22, 1927); 0 to 1 for n = 0.
[[nodiscard]] Interval wilsonInterval(int successes, int n);

} // namespace binaurium
