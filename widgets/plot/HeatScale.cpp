// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/HeatScale.h"

#include "widgets/plot/TimeAxis.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double decades = 3.0;
constexpr double outlyingShare = 0.05;
constexpr double tiny = 1e-12;

double quantile(const std::vector<float>& sorted, double share)
{
    return static_cast<double>(sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))]);
}

} // namespace

HeatScale HeatScale::of(Kind kind, std::vector<float> values)
{
    HeatScale scale{kind, 0.0, 1.0};
    if (values.empty())
        return scale;
    std::sort(values.begin(), values.end());
    scale.high = std::max(tiny, static_cast<double>(values.back()));
    if (kind == Kind::Logarithmic)
        scale.low = scale.high * std::pow(10.0, -decades);
    if (kind == Kind::Percentile) {
        scale.low = quantile(values, outlyingShare);
        scale.high = std::max(scale.low + tiny, quantile(values, 1.0 - outlyingShare));
    }
    return scale;
}

double HeatScale::share(double value) const
{
    const double part = kind == Kind::Logarithmic ? std::log(std::max(value, tiny) / low) / std::log(high / low)
                                                  : (value - low) / (high - low);
    return std::clamp(part, 0.0, 1.0);
}

void HeatScale::draw(QPainter& painter, const QRectF& bar, const PlotTheme& theme) const
{
    for (int y = 0; y < static_cast<int>(bar.height()); ++y)
        painter.fillRect(QRectF(bar.left(), bar.bottom() - y - 1.0, bar.width(), 1.0),
                         QColor(heatColour(y / std::max(1.0, bar.height() - 1.0))));
    const QFontMetricsF metrics(painter.font());
    painter.setPen(theme.text);
    const double x = bar.right() + 0.2 * metrics.height();
    painter.drawText(QPointF(x, bar.top() + metrics.ascent()), QString::number(high, 'g', 2));
    painter.drawText(QPointF(x, bar.bottom()), QString::number(low, 'g', 2));
}

} // namespace binaurium
