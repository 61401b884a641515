// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/statistics/Interval.h"
#include "core/scene/Geometry.h"
#include "core/support/Json.h"

#include <vector>

namespace binaurium {

// One source: where it was, where it was heard.
struct LocalizationCase
{
    Direction truth;
    double distanceM = 0.0;
    Direction estimate;
    double estimatedDistanceM = 0.0;
    double confidence = 0.0;
};

struct LocalizationScore
{
    int cases = 0;
    double azimuthMeanDeg = 0.0;
    double azimuthMedianDeg = 0.0;
    double foldedMeanDeg = 0.0;                   // truth and estimate mirrored to the front
    double reversalShare = 0.0;                   // wrong front/back hemisphere among `reversalCases`
    int reversalCases = 0;                        // more than 20 degrees off the interaural axis, |elevation| <= 60
    double reversalLow = 0.0, reversalHigh = 0.0; // Wilson 95 %
    double elevationMeanDeg = 0.0;
    double elevationConstantDeg = 0.0;     // of always guessing the mean elevation
    double distanceRelative = 0.0;         // mean |d - d'| / d
    double distanceConstantRelative = 0.0; // of always guessing the median distance
    double abstentionShare =
        0.0; // smallest share to withhold, lowest confidence first, so that the rest has <= 2 % reversals
};

// Throws BadInput for an empty list.
[[nodiscard]] LocalizationScore scoreLocalization(const std::vector<LocalizationCase>& cases);
[[nodiscard]] Json toJson(const LocalizationScore& score);

// Mirrors an azimuth behind the ears to the front: 150 -> 30.
[[nodiscard]] double foldedAzimuthDeg(double azimuthDeg);

} // namespace binaurium
