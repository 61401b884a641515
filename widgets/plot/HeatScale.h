// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <vector>

class QPainter;

namespace binaurium {

struct PlotTheme;

// How weights become colours: linear from 0 to the largest, logarithmic over three decades below it, or linear between
// the 5th and the 95th percentile, so that single large weights hide nothing.
struct HeatScale
{
    enum class Kind { Linear, Logarithmic, Percentile };
    Kind kind = Kind::Linear;
    double low = 0.0;
    double high = 1.0;

    [[nodiscard]] static HeatScale of(Kind kind, std::vector<float> values);
    // 0 .. 1 for heatColour().
    [[nodiscard]] double share(double value) const;
    // A colour bar with its two ends in numbers to the right of it.
    void draw(QPainter& painter, const QRectF& bar, const PlotTheme& theme) const;
};

} // namespace binaurium
