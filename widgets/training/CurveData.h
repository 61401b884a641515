// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/RunHistory.h"

#include <QString>
#include <QVector>
#include <string>
#include <vector>

namespace binaurium {

// Pure functions under the live curves.

// Exponential moving average with the start corrected, as TensorBoard smooths: weight 0 gives the values back, towards
// 1 the curve gets flatter. Values that are not finite are passed on and leave the average as it is.
[[nodiscard]] QVector<double> smoothed(const QVector<double>& values, double weight);

// Ends of an axis that shows `values`: all of them, or where there are many without the outermost percent on each side,
// so that one outlier does not flatten the rest; with a margin. Not finite ones, and for a logarithmic axis those not
// above 0, are left out. {0, 1} for none.
struct AxisRange
{
    double low = 0.0, high = 1.0;
};
[[nodiscard]] AxisRange axisRange(QVector<double> values, bool logarithmic);

// The parts of a line that lie within a range, cut where it leaves it, with a value that is no number between them: for
// paper, where not every format clips. Of a logarithmic axis, values not above 0 are left out.
struct Polyline
{
    QVector<double> x, y;
};
[[nodiscard]] Polyline withinRange(const Polyline& line, const AxisRange& range, bool logarithmic);

// What one plot shows together: metrics that have one meaning and one unit.
struct CurveGroup
{
    std::string id; // "loss", "rewards", "levels", ..., or "metric:" and its name
    QString title;  // of the plot
    std::vector<std::string> metrics;
};
// Groups of all metrics of a stage, the important ones first: loss, learning rate, gradient norm, rewards with their
// parts, KL, entropy, length, L1 to L3 on one axis, then what is left, each alone.
[[nodiscard]] std::vector<CurveGroup> curveGroups(const StageHistory& stage);

} // namespace binaurium
