// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/ErrorCharts.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>

namespace binaurium {
namespace {

struct ErrorChartsWords
{
    Q_DECLARE_TR_FUNCTIONS(ErrorCharts)
};

constexpr std::size_t stepCount = 18; // of 10 degrees
constexpr double stepDeg = 10.0;

struct Bar
{
    int all = 0;
    int reversed = 0;
};

constexpr std::size_t sectorCount = 12;
constexpr double sectorDeg = 360.0 / sectorCount;
constexpr double ringDeg = 30.0;
constexpr int rings = 6;

struct Sector
{
    double errorSumDeg = 0.0;
    int cases = 0, reversed = 0, reversalCases = 0;
};

std::array<Sector, sectorCount> sectorsOf(const std::vector<LocalizedScene>& scenes)
{
    std::array<Sector, sectorCount> sectors{};
    for (const auto& scene : scenes)
        for (const auto& source : scene.still) {
            const auto& c = source.heard;
            const double turned = std::fmod(c.truth.azimuthDeg + 360.0 + 0.5 * sectorDeg, 360.0);
            auto& s = sectors[std::min(sectorCount - 1, static_cast<std::size_t>(turned / sectorDeg))];
            s.errorSumDeg += c.missed ? 90.0 : azimuthDifferenceDeg(c.truth.azimuthDeg, c.estimate.azimuthDeg);
            ++s.cases;
            s.reversalCases += countsForReversals(c) ? 1 : 0;
            s.reversed += countsForReversals(c) && isReversed(c) ? 1 : 0;
        }
    return sectors;
}

} // namespace

void drawErrorHistogram(QPainter& painter, const QRectF& area, const std::vector<LocalizedScene>& scenes,
                        const PlotTheme& theme)
{
    std::array<Bar, stepCount> bars{};
    int missed = 0, sources = 0, most = 1;
    for (const auto& scene : scenes)
        for (const auto& source : scene.still) {
            ++sources;
            if (source.heard.missed) {
                ++missed;
                continue;
            }
            const double error = greatCircleErrorDeg(source.heard);
            auto& bar = bars[std::min(stepCount - 1, static_cast<std::size_t>(error / stepDeg))];
            ++bar.all;
            bar.reversed += countsForReversals(source.heard) && isReversed(source.heard) ? 1 : 0;
        }
    for (const Bar& bar : bars)
        most = std::max(most, bar.all);
    most = std::max(most, missed);
    const double line = painter.fontMetrics().height();
    const QRectF plot = area.adjusted(3.5 * line, 1.6 * line, -line, -3.4 * line);
    const double width = plot.width() / (stepCount + 2.0); // a gap, then the missed ones
    const auto draw = [&](double place, int count, int hatched, const QColor& colour) {
        const auto rect = [&](int n) {
            const double height = plot.height() * n / most;
            return QRectF(plot.left() + place * width, plot.bottom() - height, 0.9 * width, height);
        };
        painter.fillRect(rect(count), colour);
        painter.fillRect(rect(hatched), QBrush(theme.text, Qt::BDiagPattern));
        painter.setPen(theme.text);
        if (count > 0)
            painter.drawText(
                QRectF(rect(count).center().x() - 3 * line, rect(count).top() - 1.1 * line, 6 * line, line),
                Qt::AlignCenter, QString::number(count));
    };
    for (std::size_t i = 0; i < stepCount; ++i)
        draw(static_cast<double>(i), bars[i].all, bars[i].reversed, theme.prediction);
    draw(stepCount + 1.0, missed, 0, theme.grid);
    painter.setPen(QPen(theme.text, 0.06 * line));
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());
    const auto label = [&](double place, const QString& text) {
        painter.drawText(QRectF(plot.left() + place * width - 4 * line, plot.bottom() + 0.2 * line, 8 * line, line),
                         Qt::AlignCenter, text);
    };
    for (int deg = 0; deg <= 180; deg += 30)
        label(deg / stepDeg, QStringLiteral("%1°").arg(deg));
    label(stepCount + 1.4, ErrorChartsWords::tr("missed"));
    painter.drawText(
        QRectF(area.left(), plot.bottom() + 1.6 * line, area.width(), line), Qt::AlignCenter,
        ErrorChartsWords::tr("great-circle error; hatched: front and back exchanged; n = %1 sources").arg(sources));
}

void drawPolarErrors(QPainter& painter, const QRectF& area, const std::vector<LocalizedScene>& scenes,
                     const PlotTheme& theme)
{
    const auto sectors = sectorsOf(scenes);
    const double line = painter.fontMetrics().height();
    const double radius = 0.5 * std::min(area.width() - 6 * line, area.height() - 6 * line);
    const QPointF centre(area.center().x(), area.center().y() - line);
    if (radius <= 0.0)
        return;
    const auto at = [&](double azimuthDeg, double share) {
        const double angle = radians(azimuthDeg);
        return centre + radius * share * QPointF(-std::sin(angle), -std::cos(angle)); // left is at the left
    };
    painter.setPen(QPen(theme.grid, 0.05 * line));
    for (int ring = 1; ring <= rings; ++ring)
        painter.drawEllipse(centre, radius * ring / rings, radius * ring / rings);
    for (std::size_t s = 0; s < sectorCount; ++s) {
        const Sector& sector = sectors[s];
        const double middle = static_cast<double>(s) * sectorDeg;
        painter.setPen(theme.text);
        if (sector.reversalCases > 0) {
            const auto place =
                at(middle, 1.0) + 1.5 * line * QPointF(-std::sin(radians(middle)), -std::cos(radians(middle)));
            painter.drawText(QRectF(place.x() - 3 * line, place.y() - 0.5 * line, 6 * line, line), Qt::AlignCenter,
                             QStringLiteral("%1 %").arg(100.0 * sector.reversed / sector.reversalCases, 0, 'f', 0));
        }
        if (sector.cases == 0)
            continue;
        const double share = sector.errorSumDeg / sector.cases / (ringDeg * rings);
        QPolygonF wedge{centre};
        for (double turn = -0.48; turn <= 0.481; turn += 0.08)
            wedge << at(middle + turn * sectorDeg, std::min(1.0, share));
        QColor fill = theme.prediction;
        fill.setAlphaF(0.55F);
        painter.setBrush(fill);
        painter.setPen(QPen(theme.prediction, 0.08 * line));
        painter.drawPolygon(wedge);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(theme.text);
    for (int ring = 1; ring <= rings; ring += 2)
        painter.drawText(
            QRectF(centre.x() + 0.2 * line, centre.y() - radius * ring / rings - 0.5 * line, 3 * line, line),
            Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("%1°").arg(static_cast<int>(ring * ringDeg)));
    painter.drawText(QRectF(area.left(), area.bottom() - 1.4 * line, area.width(), line), Qt::AlignCenter,
                     ErrorChartsWords::tr("mean azimuth error by true azimuth, front up; outside: reversals"));
}

} // namespace binaurium
