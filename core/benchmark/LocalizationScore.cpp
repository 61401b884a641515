// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/LocalizationScore.h"

#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace binaurium {
namespace {

constexpr double axisMarginDeg = 20.0;
constexpr double elevationLimitDeg = 60.0;
constexpr double reversalTarget = 0.02;

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

bool countsForReversals(const LocalizationCase& c)
{
    return std::abs(90.0 - std::abs(c.truth.azimuthDeg)) > axisMarginDeg &&
           std::abs(c.truth.elevationDeg) <= elevationLimitDeg;
}

bool isReversed(const LocalizationCase& c)
{
    return (std::abs(c.truth.azimuthDeg) > 90.0) != (std::abs(c.estimate.azimuthDeg) > 90.0);
}

double abstention(std::vector<LocalizationCase> cases)
{
    std::erase_if(cases, [](const LocalizationCase& c) { return !countsForReversals(c); });
    std::sort(cases.begin(), cases.end(), [](const auto& a, const auto& b) { return a.confidence < b.confidence; });
    auto reversed = std::count_if(cases.begin(), cases.end(), isReversed);
    for (std::size_t withheld = 0; withheld < cases.size(); ++withheld) {
        if (static_cast<double>(reversed) <= reversalTarget * static_cast<double>(cases.size() - withheld))
            return static_cast<double>(withheld) / static_cast<double>(cases.size());
        reversed -= isReversed(cases[withheld]) ? 1 : 0;
    }
    return cases.empty() ? 0.0 : 1.0;
}

} // namespace

double foldedAzimuthDeg(double azimuthDeg)
{
    return std::abs(azimuthDeg) <= 90.0 ? azimuthDeg : std::copysign(180.0 - std::abs(azimuthDeg), azimuthDeg);
}

LocalizationScore scoreLocalization(const std::vector<LocalizationCase>& cases)
{
    if (cases.empty())
        throw badInput("localisation score", "there are no cases");
    LocalizationScore s;
    s.cases = static_cast<int>(cases.size());
    const double n = s.cases;
    std::vector<double> errors, distances;
    double meanElevation = 0.0;
    int reversals = 0;
    for (const auto& c : cases) {
        errors.push_back(azimuthDifferenceDeg(c.truth.azimuthDeg, c.estimate.azimuthDeg));
        distances.push_back(c.distanceM);
        meanElevation += c.truth.elevationDeg / n;
        s.foldedMeanDeg += std::abs(foldedAzimuthDeg(c.truth.azimuthDeg) - foldedAzimuthDeg(c.estimate.azimuthDeg)) / n;
        s.elevationMeanDeg += std::abs(c.truth.elevationDeg - c.estimate.elevationDeg) / n;
        s.distanceRelative += std::abs(c.distanceM - c.estimatedDistanceM) / c.distanceM / n;
        if (countsForReversals(c)) {
            ++s.reversalCases;
            reversals += isReversed(c) ? 1 : 0;
        }
    }
    s.azimuthMeanDeg = std::accumulate(errors.begin(), errors.end(), 0.0) / n;
    s.azimuthMedianDeg = median(errors);
    s.reversalShare = static_cast<double>(reversals) / std::max(1, s.reversalCases);
    const auto interval = wilsonInterval(reversals, s.reversalCases);
    s.reversalLow = interval.low;
    s.reversalHigh = interval.high;
    const double constant = median(distances);
    for (const auto& c : cases) {
        s.elevationConstantDeg += std::abs(c.truth.elevationDeg - meanElevation) / n;
        s.distanceConstantRelative += std::abs(c.distanceM - constant) / c.distanceM / n;
    }
    s.abstentionShare = abstention(cases);
    return s;
}

Json toJson(const LocalizationScore& s)
{
    return {{"cases", s.cases},
            {"azimuth_mean_deg", s.azimuthMeanDeg},
            {"azimuth_median_deg", s.azimuthMedianDeg},
            {"folded_mean_deg", s.foldedMeanDeg},
            {"reversal_share", s.reversalShare},
            {"reversal_interval", {s.reversalLow, s.reversalHigh}},
            {"reversal_cases", s.reversalCases},
            {"elevation_mean_deg", s.elevationMeanDeg},
            {"elevation_constant_guess_deg", s.elevationConstantDeg},
            {"distance_relative", s.distanceRelative},
            {"distance_constant_guess", s.distanceConstantRelative},
            {"abstention_for_2_percent", s.abstentionShare}};
}

} // namespace binaurium
