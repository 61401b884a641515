// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/ChartPainter.h"

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <algorithm>

namespace binaurium {

ChartPainter::ChartPainter(QPainter& painter, const QRectF& area, const PlotTheme& theme)
    : painter_(painter), area_(area), theme_(theme), line_(QFontMetricsF(painter.font()).height())
{
    painter_.setRenderHint(QPainter::Antialiasing);
    painter_.fillRect(area, theme.background);
}

void ChartPainter::drawTitle(const QString& words)
{
    const QFont font = painter_.font();
    QFont bold = font;
    bold.setBold(true);
    painter_.setFont(bold);
    painter_.setPen(theme_.text);
    painter_.drawText(area_.adjusted(0.5 * line_, 0.2 * line_, -0.5 * line_, 0), Qt::AlignLeft | Qt::AlignTop, words);
    painter_.setFont(font);
}

void ChartPainter::drawWords(const QString& words)
{
    painter_.setPen(theme_.text);
    painter_.drawText(area_.adjusted(0.5 * line_, line_, -0.5 * line_, 0), Qt::AlignCenter | Qt::TextWordWrap, words);
}

QRectF ChartPainter::plotOf(const std::vector<ChartRow>& rows) const
{
    const QFontMetricsF metrics(painter_.font());
    double names = 0.0, right = 0.0;
    for (const ChartRow& row : rows) {
        names = std::max(names, metrics.horizontalAdvance(row.name));
        right = std::max(right, metrics.horizontalAdvance(row.right));
    }
    return area_.adjusted(names + 1.2 * line_, 1.6 * line_, -std::max(1.2 * line_, right + line_), -2.6 * line_);
}

void ChartPainter::drawAxis(const ChartAxis& axis, const QRectF& plot)
{
    for (double tick = 0.0; tick <= axis.top + 1e-9; tick += axis.step) {
        const double x = plot.left() + tick / axis.top * plot.width();
        painter_.setPen(QPen(theme_.grid, 1.0));
        painter_.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        painter_.setPen(theme_.text);
        painter_.drawText(QRectF(x - 3 * line_, plot.bottom() + 0.1 * line_, 6 * line_, line_), Qt::AlignCenter,
                          axis.words(tick));
    }
}

void ChartPainter::drawPoint(const QPointF& at, bool filled)
{
    painter_.setPen(QPen(theme_.accent, 0.1 * line_));
    painter_.setBrush(filled ? QBrush(theme_.accent) : Qt::NoBrush);
    painter_.drawEllipse(at, 0.24 * line_, 0.24 * line_);
    painter_.setBrush(Qt::NoBrush);
}

void ChartPainter::drawReference(double x, double y)
{
    painter_.setPen(QPen(theme_.prediction, 0.16 * line_));
    painter_.drawLine(QPointF(x, y - 0.5 * line_), QPointF(x, y + 0.5 * line_));
}

void ChartPainter::drawRow(const ChartRow& row, double y, double top, const QRectF& plot)
{
    const auto x = [&](double value) { return plot.left() + std::clamp(value / top, 0.0, 1.0) * plot.width(); };
    painter_.setPen(theme_.text);
    painter_.drawText(QRectF(area_.left() + 0.5 * line_, y - 0.5 * line_, plot.left() - area_.left() - line_, line_),
                      Qt::AlignRight | Qt::AlignVCenter, row.name);
    painter_.drawText(QRectF(plot.right() + 0.5 * line_, y - 0.5 * line_, area_.right() - plot.right(), line_),
                      Qt::AlignLeft | Qt::AlignVCenter, row.right);
    drawReference(x(row.reference), y);
    const bool single = row.marks.size() == 1;
    QColor faint = theme_.accent;
    faint.setAlphaF(single ? 0.8F : 0.35F);
    painter_.setPen(QPen(faint, 0.09 * line_));
    for (const ChartMark& mark : row.marks)
        painter_.drawLine(QPointF(x(mark.low), y), QPointF(x(mark.high), y));
    for (const ChartMark& mark : row.marks)
        drawPoint(QPointF(x(mark.value), y), single);
}

void ChartPainter::drawLegend(const QString& points, bool filled, const QString& reference)
{
    const double y = area_.bottom() - 0.8 * line_;
    double x = area_.left() + 0.8 * line_;
    const auto words = [&](const QString& text) {
        x += 0.6 * line_;
        painter_.setPen(theme_.text);
        painter_.drawText(QRectF(x, y - 0.5 * line_, area_.right() - x, line_), Qt::AlignLeft | Qt::AlignVCenter, text);
        x += QFontMetricsF(painter_.font()).horizontalAdvance(text) + 1.5 * line_;
    };
    drawPoint(QPointF(x, y), filled);
    words(points);
    drawReference(x, y);
    words(reference);
}

void ChartPainter::drawRows(const std::vector<ChartRow>& rows, const ChartAxis& axis, const QString& points,
                            const QString& reference)
{
    const QRectF plot = plotOf(rows);
    drawAxis(axis, plot);
    const double each = plot.height() / static_cast<double>(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        drawRow(rows[i], plot.top() + (static_cast<double>(i) + 0.5) * each, axis.top, plot);
    drawLegend(points, rows.front().marks.size() == 1, reference);
}

void ChartPainter::drawColumns(const std::vector<ChartColumn>& columns, const QString& legend)
{
    std::int64_t top = 1;
    for (const ChartColumn& column : columns)
        top = std::max(top, column.count);
    const QRectF plot = area_.adjusted(line_, 2.8 * line_, -line_, -2.6 * line_);
    const double each = std::min(plot.width() / static_cast<double>(columns.size()), 8.0 * line_);
    painter_.setPen(QPen(theme_.outline, 1.0));
    painter_.drawLine(plot.bottomLeft(), plot.bottomRight());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const double left = plot.left() + each * static_cast<double>(i);
        const double tall = plot.height() * static_cast<double>(columns[i].count) / static_cast<double>(top);
        painter_.fillRect(QRectF(left + 0.2 * each, plot.bottom() - tall, 0.6 * each, tall), theme_.accent);
        painter_.setPen(theme_.text);
        painter_.drawText(QRectF(left, plot.bottom() + 0.1 * line_, each, line_), Qt::AlignCenter, columns[i].name);
        painter_.drawText(QRectF(left, plot.bottom() - tall - line_, each, line_), Qt::AlignCenter,
                          QLocale().toString(static_cast<qlonglong>(columns[i].count)));
    }
    painter_.setPen(theme_.text);
    painter_.drawText(area_.adjusted(0.5 * line_, 0, -0.5 * line_, -0.3 * line_), Qt::AlignLeft | Qt::AlignBottom,
                      legend);
}

} // namespace binaurium
