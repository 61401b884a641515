// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plot/PlotTheme.h"

#include <QRectF>
#include <QString>
#include <cstdint>
#include <functional>
#include <vector>

class QPainter;

namespace binaurium {

// A point with its interval.
struct ChartMark
{
    QString what;
    double value = 0.0, low = 0.0, high = 0.0;
    std::int64_t count = 0;
};

// Points on one line, compared with a reference value.
struct ChartRow
{
    QString name;
    std::vector<ChartMark> marks;
    double reference = 0.0;
    QString right; // words behind the row
};

struct ChartColumn
{
    QString name;
    std::int64_t count = 0;
};

// From 0 to `top`, a line every `step`.
struct ChartAxis
{
    double top = 1.0;
    double step = 0.25;
    std::function<QString(double)> words;
};

// One chart while it is painted, in units of the painter's font, so that it fits screen and paper.
class ChartPainter
{
public:
    ChartPainter(QPainter& painter, const QRectF& area, const PlotTheme& theme);

    void drawTitle(const QString& words);
    void drawWords(const QString& words); // in place of a chart
    // Points along a common axis; the legend says what points and references are.
    void drawRows(const std::vector<ChartRow>& rows, const ChartAxis& axis, const QString& points,
                  const QString& reference);
    void drawColumns(const std::vector<ChartColumn>& columns, const QString& legend);

private:
    [[nodiscard]] QRectF plotOf(const std::vector<ChartRow>& rows) const;
    void drawAxis(const ChartAxis& axis, const QRectF& plot);
    void drawRow(const ChartRow& row, double y, double top, const QRectF& plot);
    void drawLegend(const QString& points, bool filled, const QString& reference);
    void drawPoint(const QPointF& at, bool filled);
    void drawReference(double x, double y);

    QPainter& painter_;
    QRectF area_;
    const PlotTheme& theme_;
    double line_; // height of a line of text
};

} // namespace binaurium
