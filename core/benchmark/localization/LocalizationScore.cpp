// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/localization/LocalizationScore.h"

#include "core/support/Error.h"
#include "core/support/Median.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace binaurium {
namespace {

constexpr double axisMarginDeg = 20.0;
constexpr double elevationLimitDeg = 60.0;
constexpr double reversalTarget = 0.02;
constexpr double missedErrorDeg = 90.0; // the mean error of a guess
constexpr double polarLimitDeg = 60.0;
constexpr double er20Deg = 20.0;
constexpr double distanceToleranceM = 0.5;

double abstention(std::vector<LocalizationCase> cases)
{
    std::erase_if(cases, [](const LocalizationCase& c) { return !countsForReversals(c); });
    std::sort(cases.begin(), cases.end(),
              [](const auto& a, const auto& b) { return a.frontBackConfidence < b.frontBackConfidence; });
    auto reversed = std::count_if(cases.begin(), cases.end(), isReversed);
    for (std::size_t withheld = 0; withheld < cases.size(); ++withheld) {
        if (static_cast<double>(reversed) <= reversalTarget * static_cast<double>(cases.size() - withheld))
            return static_cast<double>(withheld) / static_cast<double>(cases.size());
        reversed -= isReversed(cases[withheld]) ? 1 : 0;
    }
    return cases.empty() ? 0.0 : 1.0;
}

} // namespace

bool countsForReversals(const LocalizationCase& c)
{
    return std::abs(90.0 - std::abs(c.truth.azimuthDeg)) > axisMarginDeg &&
           std::abs(c.truth.elevationDeg) <= elevationLimitDeg;
}

bool isReversed(const LocalizationCase& c)
{
    return c.missed || (std::abs(c.truth.azimuthDeg) > 90.0) != (std::abs(c.estimate.azimuthDeg) > 90.0);
}

double greatCircleErrorDeg(const LocalizationCase& c)
{
    return c.missed ? missedErrorDeg : angleBetweenDeg(c.truth, c.estimate);
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
    int elevations = 0;
    for (const auto& c : cases) {
        meanElevation += c.truth.elevationDeg / n;
        distances.push_back(c.distanceM);
        if (countsForReversals(c)) {
            ++s.reversalCases;
            reversals += isReversed(c) ? 1 : 0;
        }
        const double circle = greatCircleErrorDeg(c);
        s.greatCircleMeanDeg += circle / n;
        s.er20Bat += circle > er20Deg ? 1.0 / n : 0.0;
        s.missed += c.missed ? 1 : 0;
        const double distanceErrorM = std::abs(c.distanceM - c.estimatedDistanceM);
        s.distanceWrong += c.missed || !c.knowsDistance || distanceErrorM > distanceToleranceM ? 1.0 / n : 0.0;
        const auto truth = polarDirection(c.truth);
        const bool hasPolar = std::abs(truth.lateralDeg) <= polarLimitDeg;
        s.polarCases += hasPolar ? 1 : 0;
        if (c.missed) {
            errors.push_back(missedErrorDeg);
            s.foldedMeanDeg += missedErrorDeg / n;
            s.lateralMeanDeg += missedErrorDeg / n;
            s.polarMeanDeg += hasPolar ? missedErrorDeg : 0.0;
            continue;
        }
        const auto estimate = polarDirection(c.estimate);
        errors.push_back(azimuthDifferenceDeg(c.truth.azimuthDeg, c.estimate.azimuthDeg));
        s.foldedMeanDeg += std::abs(foldedAzimuthDeg(c.truth.azimuthDeg) - foldedAzimuthDeg(c.estimate.azimuthDeg)) / n;
        s.lateralMeanDeg += std::abs(truth.lateralDeg - estimate.lateralDeg) / n;
        s.polarMeanDeg += hasPolar ? azimuthDifferenceDeg(truth.polarDeg, estimate.polarDeg) : 0.0;
        s.elevationMeanDeg += std::abs(c.truth.elevationDeg - c.estimate.elevationDeg);
        ++elevations;
        if (c.knowsDistance) {
            ++s.distanceCases;
            s.distanceRelative += distanceErrorM / c.distanceM;
        }
    }
    s.elevationMeanDeg /= std::max(1, elevations);
    s.polarMeanDeg /= std::max(1, s.polarCases);
    s.distanceRelative /= std::max(1, s.distanceCases);
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
            {"missed", s.missed},
            {"great_circle_mean_deg", s.greatCircleMeanDeg},
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
            {"lateral_mean_deg", s.lateralMeanDeg},
            {"polar_mean_deg", s.polarMeanDeg},
            {"polar_cases", s.polarCases},
            {"er20_bat", s.er20Bat},
            {"distance_wrong_share", s.distanceWrong},
            {"distance_cases", s.distanceCases},
            {"abstention_for_2_percent", s.abstentionShare}};
}

} // namespace binaurium
