// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plot/PlotTheme.h"

#include <QRectF>

class QPainter;
class QWidget;

namespace binaurium {

// The horizontal axis that views which stand below each other share: equally wide widgets with equal fonts put equal
// times at equal places.
struct TimeAxis
{
    QRectF area;            // of the plot itself, in the widget's coordinates
    double durationS = 0.0; // 0 at the left edge, durationS at the right edge

    // `bottom`: whether times are written below the plot; else it reaches down to the edge.
    [[nodiscard]] static TimeAxis of(const QWidget& widget, double durationS, bool bottom);
    [[nodiscard]] double xOf(double timeS) const;
    [[nodiscard]] double timeAt(double x) const; // within 0 .. durationS
    // Ticks with numbers below the plot.
    void draw(QPainter& painter, const PlotTheme& theme) const;
    // The play head, from the plot's top to its bottom.
    void drawCursor(QPainter& painter, double timeS, const PlotTheme& theme) const;
    // Words right-aligned in the left margin, centred at y.
    void drawLeft(QPainter& painter, double y, const QString& words, const PlotTheme& theme) const;
};

// Of 0 .. 1 in the colours of cividis().
[[nodiscard]] QRgb heatColour(double share);

} // namespace binaurium
