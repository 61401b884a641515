// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/CurveData.h"

#include "widgets/training/RunWords.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace binaurium {
namespace {

constexpr int many = 100;               // values from which on outliers are left out
constexpr double outermost = 0.01;      // share on each side
constexpr double marginShare = 0.06;    // of the axis
constexpr double roundingShare = 1e-9;  // of a value
constexpr double flatMarginShare = 0.1; // of a value that never changes

bool isPartOf(const std::string& group, const std::string& metric)
{
    if (group == "rewards")
        return metric == "reward" || metric.starts_with("rewards/");
    if (group == "levels")
        return metric == "validation/accuracy" || metric == "validation/L1" || metric == "validation/L2" ||
               metric == "validation/L3" || metric == "validation/L1/accuracy" || metric == "validation/L2/accuracy" ||
               metric == "validation/L3/accuracy";
    if (group == "tasks")
        return metric.starts_with("validation/") && metric.ends_with("/accuracy");
    if (group == "azimuth-errors")
        return metric.starts_with("validation/azimuth_") || metric == "validation/folded_mean_deg" ||
               metric == "validation/moving_folded_mean_deg";
    return metric == group;
}

bool isCount(const std::string& metric)
{
    return metric.ends_with("/asked") || metric == "validation/clips" || metric == "validation/mixtures" ||
           metric == "validation/moving_frames";
}

} // namespace

QVector<double> smoothed(const QVector<double>& values, double weight)
{
    QVector<double> result;
    result.reserve(values.size());
    double average = 0.0;
    double share = 1.0; // of the start value 0 that is still in the average
    for (const double value : values) {
        if (!std::isfinite(value)) {
            result << value;
            continue;
        }
        average = weight * average + (1.0 - weight) * value;
        share *= weight;
        result << average / (1.0 - share);
    }
    return result;
}

Polyline withinRange(const Polyline& line, const AxisRange& range, bool logarithmic)
{
    const auto place = [&](double y) { return logarithmic ? std::log(y) : y; }; // where segments are straight
    const auto value = [&](double p) { return logarithmic ? std::exp(p) : p; };
    const double low = place(range.low), high = place(range.high);
    Polyline kept;
    for (qsizetype i = 0; i < line.x.size(); ++i) {
        const double to = place(line.y[i]);
        const double from = i > 0 ? place(line.y[i - 1]) : to;
        if (std::isfinite(from) && std::isfinite(to) && from != to) {
            // Shares of the segment at which it comes in and goes out.
            const double atLow = (low - from) / (to - from), atHigh = (high - from) / (to - from);
            const double in = std::max(0.0, std::min(atLow, atHigh)), out = std::min(1.0, std::max(atLow, atHigh));
            const auto add = [&](double share) {
                kept.x << line.x[i - 1] + share * (line.x[i] - line.x[i - 1]);
                kept.y << value(from + share * (to - from));
            };
            if (in < out && in > 0.0)
                add(in);
            if (in < out && out < 1.0)
                add(out);
        }
        kept.x << line.x[i];
        kept.y << (to >= low && to <= high ? line.y[i] : std::numeric_limits<double>::quiet_NaN());
    }
    return kept;
}

AxisRange axisRange(QVector<double> values, bool logarithmic)
{
    values.removeIf([&](double v) { return !std::isfinite(v) || (logarithmic && v <= 0.0); });
    if (values.isEmpty())
        return {};
    std::ranges::sort(values);
    const auto cut = values.size() >= many ? static_cast<qsizetype>(outermost * static_cast<double>(values.size())) : 0;
    double low = values[cut];
    double high = values[values.size() - 1 - cut];
    if (logarithmic) {
        const double margin = std::pow(high / low, marginShare) + (high > low ? 0.0 : flatMarginShare);
        return {low / margin, high * margin};
    }
    const double span = high - low;
    // What differs by rounding alone is one value.
    const double largest = std::max(std::abs(low), std::abs(high));
    const double flat = largest > 0.0 ? flatMarginShare * largest : 1.0;
    const double margin = span > roundingShare * largest ? marginShare * span : flat;
    return {low - margin, high + margin};
}

std::vector<CurveGroup> curveGroups(const StageHistory& stage)
{
    struct Known
    {
        const char* id;
        const char* title;
    };
    static constexpr std::array known{Known{"loss", QT_TRANSLATE_NOOP("Training", "Loss")},
                                      Known{"rewards", QT_TRANSLATE_NOOP("Training", "Rewards")},
                                      Known{"levels", QT_TRANSLATE_NOOP("Training", "Accuracy by level")},
                                      Known{"azimuth-errors", QT_TRANSLATE_NOOP("Training", "Azimuth error (°)")},
                                      Known{"lr", QT_TRANSLATE_NOOP("Training", "Learning rate")},
                                      Known{"grad_norm", QT_TRANSLATE_NOOP("Training", "Gradient norm")},
                                      Known{"kl", QT_TRANSLATE_NOOP("Training", "KL divergence")},
                                      Known{"entropy", QT_TRANSLATE_NOOP("Training", "Entropy")},
                                      Known{"length", QT_TRANSLATE_NOOP("Training", "Completion length")},
                                      Known{"tasks", QT_TRANSLATE_NOOP("Training", "Accuracy by task")}};
    std::vector<std::string> left;
    for (const auto& [name, points] : stage.series)
        if (!isCount(name))
            left.push_back(name);
    std::vector<CurveGroup> groups;
    for (const Known& k : known) {
        CurveGroup group{k.id, QCoreApplication::translate("Training", k.title), {}};
        std::erase_if(left, [&](const std::string& metric) {
            const bool mine = isPartOf(k.id, metric);
            if (mine)
                group.metrics.push_back(metric);
            return mine;
        });
        if (!group.metrics.empty())
            groups.push_back(std::move(group));
    }
    for (const auto& metric : left) {
        const auto plain = metric.starts_with("validation/") ? metric.substr(11) : metric;
        groups.push_back({"metric:" + metric, metricTitle(plain), {metric}});
    }
    return groups;
}

} // namespace binaurium
