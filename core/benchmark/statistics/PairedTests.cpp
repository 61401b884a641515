// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/statistics/PairedTests.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace binaurium {

double mcNemarExact(std::int64_t onlyFirst, std::int64_t onlySecond)
{
    const auto n = static_cast<double>(onlyFirst + onlySecond);
    const auto rarer = std::min(onlyFirst, onlySecond);
    double tail = 0.0; // P(X <= rarer), X ~ Binomial(n, 1/2); by logarithms, since 2^-n may be below any double
    for (std::int64_t k = 0; k <= rarer; ++k) {
        const auto d = static_cast<double>(k);
        tail += std::exp(std::lgamma(n + 1.0) - std::lgamma(d + 1.0) - std::lgamma(n - d + 1.0) - n * std::log(2.0));
    }
    return std::min(1.0, 2.0 * tail);
}

std::vector<double> holmAdjusted(std::span<const double> p)
{
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
    std::vector<double> adjusted(p.size());
    double largest = 0.0;
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        largest = std::max(largest, std::min(1.0, static_cast<double>(order.size() - rank) * p[order[rank]]));
        adjusted[order[rank]] = largest;
    }
    return adjusted;
}

} // namespace binaurium
