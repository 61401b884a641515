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
    double frontBackConfidence = 0.0; // that it is in front or behind, as the estimate says
    bool missed = false;              // nothing was heard that could be this source; the estimate is then not looked at
    bool knowsDistance = true;        // the system estimates elevation and distance at all
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
    int missed =
        0; // all angles of a missed source count as 90 degrees wrong, and as a reversal where those are counted
    double greatCircleMeanDeg = 0.0;
    double lateralMeanDeg = 0.0;
    double polarMeanDeg =
        0.0; // of the `polarCases` with a true lateral angle within 60 degrees: beyond, it says little
    int polarCases = 0;
    double er20Bat = 0.0;         // share of great-circle errors above 20 degrees (BAT's ER20; no detection in it)
    double distanceWrong = 0.0;   // share of distance errors above 0.5 m (DER), missed ones included
    int distanceCases = 0;        // heard by a system that says distances
    double abstentionShare = 0.0; // smallest share to withhold, the least sure of front or behind first, so that the
                                  // rest has <= 2 % reversals
};

// Throws BadInput for an empty list.
// Elevation and distance are of the sources that were heard.
[[nodiscard]] LocalizationScore scoreLocalization(const std::vector<LocalizationCase>& cases);
[[nodiscard]] Json toJson(const LocalizationScore& score);

// Great-circle error of one case, 90 where it was missed.
[[nodiscard]] double greatCircleErrorDeg(const LocalizationCase& c);
// Whether front and back may be counted, and whether they were exchanged.
[[nodiscard]] bool countsForReversals(const LocalizationCase& c);
[[nodiscard]] bool isReversed(const LocalizationCase& c);

} // namespace binaurium
