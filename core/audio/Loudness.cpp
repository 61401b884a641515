// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/Loudness.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

std::vector<double> blockPowers(std::span<const float> samples, std::size_t block)
{
    std::vector<double> powers;
    for (std::size_t start = 0; start < samples.size(); start += block) {
        const std::size_t count = std::min(block, samples.size() - start);
        double sum = 0.0;
        for (const float s : samples.subspan(start, count))
            sum += static_cast<double>(s) * s;
        powers.push_back(sum / static_cast<double>(count));
    }
    return powers;
}

} // namespace

double activeRms(std::span<const float> samples, double rateHz)
{
    const auto powers = blockPowers(samples, std::max<std::size_t>(1, static_cast<std::size_t>(0.05 * rateHz)));
    if (powers.empty())
        return 0.0;
    const double threshold = 0.01 * *std::max_element(powers.begin(), powers.end());
    double sum = 0.0;
    std::size_t count = 0;
    for (const double power : powers)
        if (power >= threshold) {
            sum += power;
            ++count;
        }
    return std::sqrt(sum / static_cast<double>(count));
}

std::vector<bool> activity(std::span<const float> samples, double rateHz, double blockS, double rangeDb)
{
    const auto powers = blockPowers(samples, std::max<std::size_t>(1, static_cast<std::size_t>(blockS * rateHz)));
    const double loudest = powers.empty() ? 0.0 : *std::max_element(powers.begin(), powers.end());
    std::vector<bool> active;
    for (const double power : powers)
        active.push_back(power > 0.0 && power >= loudest * std::pow(10.0, -rangeDb / 10.0));
    return active;
}

} // namespace binaurium
