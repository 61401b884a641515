// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/TimeAxis.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QWidget>
#include <algorithm>
#include <cmath>
#include <qcustomplot.h>

namespace binaurium {
namespace {

constexpr double leftLines = 5.0; // margins in heights of a line of text
constexpr double rightLines = 5.6;
constexpr double tickDistanceLines = 4.0;

// The smallest of 1, 2, 5 times a power of ten that is at least `least`.
double niceStep(double least)
{
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= least)
            return factor * power;
    return 10.0 * power;
}

} // namespace

TimeAxis TimeAxis::of(const QWidget& widget, double durationS, bool bottom)
{
    const double line = widget.fontMetrics().height();
    const QRectF all = widget.rect();
    TimeAxis axis;
    axis.durationS = durationS;
    axis.area = all.adjusted(leftLines * line, 0.3 * line, -rightLines * line, bottom ? -1.4 * line : -0.3 * line);
    return axis;
}

double TimeAxis::xOf(double timeS) const
{
    return durationS > 0.0 ? area.left() + area.width() * timeS / durationS : area.left();
}

double TimeAxis::timeAt(double x) const
{
    return durationS * std::clamp((x - area.left()) / std::max(1.0, area.width()), 0.0, 1.0);
}

void TimeAxis::draw(QPainter& painter, const PlotTheme& theme) const
{
    painter.setPen(theme.outline);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(area);
    if (!(durationS > 0.0) || area.width() <= 0.0)
        return;
    const QFontMetricsF metrics(painter.font());
    const double step = niceStep(durationS * tickDistanceLines * metrics.height() / area.width());
    for (int i = 0; i * step <= durationS * (1.0 + 1e-9); ++i) {
        const double x = xOf(i * step);
        painter.setPen(theme.outline);
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 0.2 * metrics.height()));
        painter.setPen(theme.text);
        const QString number = QString::number(i * step);
        painter.drawText(QPointF(x - 0.5 * metrics.horizontalAdvance(number),
                                 area.bottom() + 0.25 * metrics.height() + metrics.ascent()),
                         number);
    }
    painter.drawText(
        QPointF(area.right() + 1.2 * metrics.height(), area.bottom() + 0.25 * metrics.height() + metrics.ascent()),
        QStringLiteral("t / s"));
}

void TimeAxis::drawCursor(QPainter& painter, double timeS, const PlotTheme& theme) const
{
    painter.setPen(QPen(theme.prediction, 2));
    painter.drawLine(QPointF(xOf(timeS), area.top()), QPointF(xOf(timeS), area.bottom()));
}

void TimeAxis::drawLeft(QPainter& painter, double y, const QString& words, const PlotTheme& theme) const
{
    const QFontMetricsF metrics(painter.font());
    const double space = 0.3 * metrics.height();
    painter.setPen(theme.text);
    painter.drawText(QRectF(0, y - 0.6 * metrics.height(), area.left() - space, 1.2 * metrics.height()),
                     Qt::AlignRight | Qt::AlignVCenter, metrics.elidedText(words, Qt::ElideRight, area.left() - space));
}

QRgb heatColour(double share)
{
    static const auto colours = [] {
        std::array<QRgb, 256> table{};
        auto gradient = cividis();
        for (std::size_t i = 0; i < table.size(); ++i)
            table[i] = gradient.color(static_cast<double>(i), QCPRange(0.0, 255.0));
        return table;
    }();
    return colours[static_cast<std::size_t>(std::lround(255.0 * std::clamp(share, 0.0, 1.0)))];
}

} // namespace binaurium
