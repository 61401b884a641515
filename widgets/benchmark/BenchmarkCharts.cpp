// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/BenchmarkCharts.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>

namespace binaurium {
namespace {

struct BenchmarkChartsWords
{
    Q_DECLARE_TR_FUNCTIONS(BenchmarkCharts)
};

QColor mixed(const QColor& a, const QColor& b, double share)
{
    const auto at = [&](int x, int y) { return static_cast<int>(x + share * (y - x)); };
    return {at(a.red(), b.red()), at(a.green(), b.green()), at(a.blue(), b.blue())};
}

double widest(const QPainter& painter, const std::vector<std::string>& names)
{
    double width = 0.0;
    for (const auto& name : names)
        width = std::max(width, painter.fontMetrics().horizontalAdvance(QString::fromStdString(name)) * 1.0);
    return width;
}

// A unit square of probabilities: axes, ticks and names.
QRectF drawUnitAxes(QPainter& painter, const QRectF& area, const PlotTheme& theme, const QString& x, const QString& y)
{
    const double line = painter.fontMetrics().height();
    const QRectF plot = area.adjusted(4.5 * line, line, -line, -3.2 * line);
    for (int i = 0; i <= 4; ++i) {
        const double share = 0.25 * i;
        const double px = plot.left() + share * plot.width();
        const double py = plot.bottom() - share * plot.height();
        painter.setPen(QPen(theme.grid, 0.05 * line));
        painter.drawLine(QPointF(px, plot.top()), QPointF(px, plot.bottom()));
        painter.drawLine(QPointF(plot.left(), py), QPointF(plot.right(), py));
        painter.setPen(theme.text);
        const auto label = QString::number(share, 'f', 2);
        painter.drawText(QRectF(px - 3 * line, plot.bottom() + 0.2 * line, 6 * line, line), Qt::AlignCenter, label);
        painter.drawText(QRectF(area.left() + line, py - 0.5 * line, 3.2 * line, line),
                         Qt::AlignRight | Qt::AlignVCenter, label);
    }
    painter.drawText(QRectF(plot.left(), plot.bottom() + 1.6 * line, plot.width(), line), Qt::AlignCenter, x);
    painter.save();
    painter.translate(area.left() + 0.5 * line, plot.center().y());
    painter.rotate(-90.0);
    painter.drawText(QRectF(-0.5 * plot.height(), -0.5 * line, plot.height(), line), Qt::AlignCenter, y);
    painter.restore();
    return plot;
}

void drawInterval(QPainter& painter, const QPointF& low, const QPointF& high, const QPointF& at, double line,
                  const QColor& colour)
{
    painter.setPen(QPen(colour, 0.12 * line));
    painter.drawLine(low, high);
    painter.setBrush(colour);
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(at, 0.28 * line, 0.28 * line);
    painter.setBrush(Qt::NoBrush);
}

} // namespace

void drawConfusion(QPainter& painter, const QRectF& area, const ConfusionMatrix& matrix, const PlotTheme& theme)
{
    const double line = painter.fontMetrics().height();
    const auto n = static_cast<double>(matrix.answers.size());
    if (matrix.answers.empty())
        return;
    const double names = std::min(0.35 * area.width(), widest(painter, matrix.answers) + line);
    const QRectF grid(area.left() + names + 1.4 * line, area.top() + 2.6 * line, area.width() - names - 2.4 * line,
                      area.height() - 3.2 * line);
    const double cellWidth = grid.width() / n;
    const double cellHeight = grid.height() / n;
    painter.setPen(theme.text);
    painter.drawText(QRectF(grid.left(), area.top(), grid.width(), line), Qt::AlignCenter,
                     BenchmarkChartsWords::tr("chosen"));
    painter.save();
    painter.translate(area.left() + 0.6 * line, grid.center().y());
    painter.rotate(-90.0);
    painter.drawText(QRectF(-0.5 * grid.height(), -0.5 * line, grid.height(), line), Qt::AlignCenter,
                     BenchmarkChartsWords::tr("truth"));
    painter.restore();
    for (std::size_t r = 0; r < matrix.answers.size(); ++r) {
        const double top = grid.top() + static_cast<double>(r) * cellHeight;
        const auto name = painter.fontMetrics().elidedText(QString::fromStdString(matrix.answers[r]), Qt::ElideRight,
                                                           static_cast<int>(names));
        painter.setPen(theme.text);
        painter.drawText(QRectF(area.left() + 1.2 * line, top, names, cellHeight), Qt::AlignRight | Qt::AlignVCenter,
                         name);
        const auto column = painter.fontMetrics().elidedText(QString::fromStdString(matrix.answers[r]), Qt::ElideRight,
                                                             static_cast<int>(cellWidth));
        painter.drawText(
            QRectF(grid.left() + static_cast<double>(r) * cellWidth, area.top() + 1.3 * line, cellWidth, line),
            Qt::AlignCenter, column);
        int sum = 0;
        for (const int count : matrix.counts[r])
            sum += count;
        for (std::size_t c = 0; c < matrix.answers.size(); ++c) {
            const int count = matrix.counts[r][c];
            const double share = sum > 0 ? static_cast<double>(count) / sum : 0.0;
            const QRectF cell(grid.left() + static_cast<double>(c) * cellWidth, top, cellWidth, cellHeight);
            const QColor fill = mixed(theme.background, theme.truth, 0.75 * share);
            painter.setPen(QPen(r == c ? theme.text : theme.grid, (r == c ? 0.12 : 0.05) * line));
            painter.setBrush(fill);
            painter.drawRect(cell.adjusted(1, 1, -1, -1));
            painter.setPen(fill.lightness() > 128 ? QColor(Qt::black) : QColor(Qt::white));
            const bool hasRoom =
                cellHeight > 2.4 * line && cellWidth > painter.fontMetrics().horizontalAdvance(QStringLiteral("100 %"));
            const auto text =
                hasRoom ? QStringLiteral("%1\n%2 %").arg(count).arg(100.0 * share, 0, 'f', 0) : QString::number(count);
            painter.drawText(cell, Qt::AlignCenter, text);
        }
    }
    painter.setBrush(Qt::NoBrush);
}

void drawReliability(QPainter& painter, const QRectF& area, const BenchmarkReport& report, const PlotTheme& theme)
{
    const double line = painter.fontMetrics().height();
    const QRectF plot = drawUnitAxes(painter, area, theme, BenchmarkChartsWords::tr("stated probability"),
                                     BenchmarkChartsWords::tr("share right"));
    const auto at = [&](double x, double y) {
        return QPointF(plot.left() + x * plot.width(), plot.bottom() - y * plot.height());
    };
    painter.setPen(QPen(theme.outline, 0.08 * line, Qt::DashLine));
    painter.drawLine(at(0, 0), at(1, 1));
    for (const auto& bin : report.calibration) {
        if (bin.n == 0)
            continue;
        const auto i = wilsonInterval(static_cast<int>(bin.right * bin.n + 0.5), bin.n);
        drawInterval(painter, at(bin.confidence, i.low), at(bin.confidence, i.high), at(bin.confidence, bin.right),
                     line, theme.prediction);
        painter.setPen(theme.text);
        painter.drawText(QRectF(at(bin.confidence, i.high) - QPointF(3 * line, 1.1 * line), QSizeF(6 * line, line)),
                         Qt::AlignCenter, QString::number(bin.n));
    }
    painter.setPen(theme.text);
    painter.drawText(QRectF(plot.left() + 0.5 * line, plot.top() + 0.3 * line, plot.width(), line), Qt::AlignLeft,
                     report.isCalibrated() ? BenchmarkChartsWords::tr("expected calibration error %1 points")
                                                 .arg(100.0 * report.calibrationError, 0, 'f', 1)
                                           : BenchmarkChartsWords::tr("the system gave no likelihoods"));
}

void drawScores(QPainter& painter, const QRectF& area, const BenchmarkReport& report, const PlotTheme& theme)
{
    const double line = painter.fontMetrics().height();
    std::vector<std::string> groups{"all"};
    for (const char* kind : {"level", "task"})
        for (const auto& group : report.groups(kind))
            groups.push_back(group);
    std::erase_if(groups, [&](const auto& g) { return report.find("model", "none", "likelihood", g) == nullptr; });
    if (groups.empty())
        return;
    const auto nameOf = [](const std::string& group) { return group.substr(group.find(':') + 1); };
    std::vector<std::string> names;
    for (const auto& group : groups)
        names.push_back(nameOf(group));
    const double left = area.left() + widest(painter, names) + 1.5 * line;
    const QRectF plot(left, area.top() + 0.5 * line, area.right() - left - line, area.height() - 3.5 * line);
    const double step = plot.height() / static_cast<double>(groups.size());
    for (int i = 0; i <= 4; ++i) {
        const double x = plot.left() + 0.25 * i * plot.width();
        painter.setPen(QPen(theme.grid, 0.05 * line));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        painter.setPen(theme.text);
        painter.drawText(QRectF(x - 3 * line, plot.bottom() + 0.2 * line, 6 * line, line), Qt::AlignCenter,
                         QStringLiteral("%1 %").arg(25 * i));
    }
    painter.drawText(QRectF(plot.left(), plot.bottom() + 1.5 * line, plot.width(), line), Qt::AlignCenter,
                     BenchmarkChartsWords::tr("right by likelihood, 95 % interval; | chance"));
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const double y = plot.top() + (static_cast<double>(g) + 0.5) * step;
        const auto* row = report.find("model", "none", "likelihood", groups[g]);
        painter.setPen(theme.text);
        painter.drawText(QRectF(area.left(), y - 0.5 * line, left - area.left() - 0.5 * line, line),
                         Qt::AlignRight | Qt::AlignVCenter, QString::fromStdString(names[g]));
        const auto at = [&](double score) { return QPointF(plot.left() + score * plot.width(), y); };
        if (const auto* chance = report.find("chance", "none", "likelihood", groups[g])) {
            painter.setPen(QPen(theme.text, 0.12 * line));
            painter.drawLine(at(chance->score) - QPointF(0, 0.4 * line), at(chance->score) + QPointF(0, 0.4 * line));
        }
        drawInterval(painter, at(row->interval.low), at(row->interval.high), at(row->score), line, theme.prediction);
    }
}

} // namespace binaurium
