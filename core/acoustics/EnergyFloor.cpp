// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/EnergyFloor.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace binaurium {
namespace {

constexpr double noiseShare = 0.1; // last part of the response, the first guess of the noise
constexpr double marginDb = 10.0;  // the first line stays this far above the noise
constexpr double lateLowDb = 5.0;  // later ones are fitted between these two heights above it
constexpr double lateHighDb = 25.0;
constexpr double safetyDb = 10.0; // decay to wait after the crossing before noise is measured again
constexpr int rounds = 6;
constexpr std::size_t fewestBlocks = 3;

struct Line
{
    double level = 0.0; // dB at block 0
    double slope = 0.0; // dB per block
};

// Least squares over blocks [first, last).
Line fit(const std::vector<double>& levelDb, std::size_t first, std::size_t last)
{
    double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
    for (std::size_t i = first; i < last; ++i) {
        const auto t = static_cast<double>(i);
        n += 1.0;
        x += t;
        y += levelDb[i];
        xx += t * t;
        xy += t * levelDb[i];
    }
    Line line;
    line.slope = (n * xy - x * y) / (n * xx - x * x);
    line.level = (y - line.slope * x) / n;
    return line;
}

double meanPower(const std::vector<double>& power, std::size_t first)
{
    double sum = 0.0;
    for (std::size_t i = first; i < power.size(); ++i)
        sum += power[i];
    return sum / static_cast<double>(power.size() - first);
}

double decibels(double power)
{
    return 10.0 * std::log10(std::max(power, 1e-300));
}

} // namespace

EnergyFloor findEnergyFloor(std::span<const double> energy, double rateHz, double smoothingS)
{
    EnergyFloor floor;
    floor.end = energy.size();
    while (floor.end > 0 && energy[floor.end - 1] == 0.0)
        --floor.end; // digital silence is no noise, and nothing is missing in it
    const auto block = std::max<std::size_t>(1, static_cast<std::size_t>(smoothingS * rateHz));
    const std::size_t count = floor.end / block;
    if (count < 2 * fewestBlocks)
        return floor;
    std::vector<double> power(count), levelDb(count);
    for (std::size_t i = 0; i < count; ++i) {
        double sum = 0.0;
        for (std::size_t n = 0; n < block; ++n)
            sum += energy[i * block + n];
        power[i] = sum / static_cast<double>(block);
        levelDb[i] = decibels(power[i]);
    }
    const auto peak = static_cast<std::size_t>(std::max_element(power.begin(), power.end()) - power.begin());
    const auto lastPart =
        std::min(count - 1, static_cast<std::size_t>((1.0 - noiseShare) * static_cast<double>(count)));
    double noise = meanPower(power, lastPart);
    const auto firstBelow = [&](double level) {
        std::size_t i = peak;
        while (i < count && levelDb[i] > level)
            ++i;
        return i;
    };
    std::size_t last = firstBelow(decibels(noise) + marginDb);
    if (last < peak + fewestBlocks) {
        floor.rangeDb = decibels(power[peak]) - decibels(noise);
        return floor;
    }
    Line line = fit(levelDb, peak, last);
    double crossing = static_cast<double>(count);
    for (int round = 0; round < rounds && line.slope < 0.0; ++round) {
        crossing = (decibels(noise) - line.level) / line.slope;
        const double quiet = crossing - safetyDb / line.slope;
        noise = meanPower(power, std::min(lastPart, static_cast<std::size_t>(std::max(0.0, quiet))));
        const std::size_t first = firstBelow(decibels(noise) + lateHighDb);
        last = firstBelow(decibels(noise) + lateLowDb);
        if (last < first + fewestBlocks)
            break;
        line = fit(levelDb, first, last);
    }
    if (line.slope >= 0.0) {
        floor.rangeDb = decibels(power[peak]) - decibels(noise);
        return floor;
    }
    floor.rangeDb = std::max(0.0, levelDb[peak] - decibels(noise));
    const double end = std::clamp(crossing * static_cast<double>(block), 1.0, static_cast<double>(floor.end));
    floor.end = static_cast<std::size_t>(end);
    floor.decayPerSample = -line.slope / static_cast<double>(block) * std::log(10.0) / 10.0;
    const double lastPower =
        std::pow(10.0, (line.level + line.slope * (end / static_cast<double>(block) - 0.5)) / 10.0);
    floor.missingEnergy = lastPower / floor.decayPerSample;
    return floor;
}

} // namespace binaurium
