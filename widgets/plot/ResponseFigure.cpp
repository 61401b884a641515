// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/ResponseFigure.h"

#include "core/support/Json.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double floorDb = -60.0;

struct ResponseFigureWords
{
    Q_DECLARE_TR_FUNCTIONS(ResponseFigure)
};

// Axes from 0 to `endS` and from floorDb to 0 with words at round values.
void drawAxes(QPainter& painter, const QRectF& plot, double endS, const PlotTheme& theme)
{
    const QFontMetricsF metrics(painter.font());
    const double stepS = endS > 4.0 ? 1.0 : endS > 1.6 ? 0.5 : endS > 0.7 ? 0.2 : endS > 0.3 ? 0.1 : 0.05;
    painter.setPen(QPen(theme.grid, 0.5));
    for (double t = 0.0; t <= endS + 1e-9; t += stepS) {
        const double x = plot.left() + plot.width() * t / endS;
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
    for (double level = 0.0; level >= floorDb; level -= 10.0) {
        const double y = plot.top() + plot.height() * level / floorDb;
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    }
    painter.setPen(theme.text);
    for (double t = 0.0; t <= endS + 1e-9; t += stepS) {
        const auto text = QString::number(t, 'g', 3);
        painter.drawText(QPointF(plot.left() + plot.width() * t / endS - 0.5 * metrics.horizontalAdvance(text),
                                 plot.bottom() + metrics.height()),
                         text);
    }
    for (double level = 0.0; level >= floorDb; level -= 20.0) {
        const auto text = QString::number(level);
        painter.drawText(QPointF(plot.left() - metrics.horizontalAdvance(text) - 0.4 * metrics.height(),
                                 plot.top() + plot.height() * level / floorDb + 0.35 * metrics.ascent()),
                         text);
    }
    const auto time = ResponseFigureWords::tr("time after the onset in s");
    painter.drawText(
        QPointF(plot.center().x() - 0.5 * metrics.horizontalAdvance(time), plot.bottom() + 2.2 * metrics.height()),
        time);
    painter.save();
    painter.translate(plot.left() - 3.2 * metrics.height(), plot.center().y());
    painter.rotate(-90.0);
    const auto level = ResponseFigureWords::tr("remaining energy in dB");
    painter.drawText(QPointF(-0.5 * metrics.horizontalAdvance(level), metrics.ascent()), level);
    painter.restore();
    painter.setPen(QPen(theme.outline, 0.8));
    painter.drawRect(plot);
}

} // namespace

DecayData readDecay(const std::filesystem::path& path)
{
    const Json json = readJson(path);
    const JsonObject root(json, path.string());
    checkFormat(root, "binaurium-response", 1);
    DecayData data;
    data.stepS = root.number("decay_step_s", 1e-4, 1.0);
    const auto channels = root.objects("channels", 64);
    if (channels.empty())
        root.fail("channels", "there is none");
    data.channel = QString::fromStdString(channels.front().string("name"));
    for (const auto& o : channels.front().objects("bands", 64)) {
        DecayData::Curve curve;
        if (!o.raw("centre_hz").is_null())
            curve.centreHz = o.number("centre_hz", 1.0, 1e6);
        if (!o.raw("t30_s").is_null())
            curve.t30S = o.number("t30_s", 0.0, 1e3);
        curve.levelDb = o.numbers("decay_db", 0, -1e3, 1.0, 1'000'000);
        data.curves.push_back(std::move(curve));
    }
    return data;
}

void drawDecay(QPainter& painter, const QRectF& area, const DecayData& data, const PlotTheme& theme)
{
    const QFontMetricsF metrics(painter.font());
    const double line = metrics.height();
    painter.fillRect(area, theme.background);
    const double words = metrics.horizontalAdvance(ResponseFigureWords::tr("16000 Hz  T30 0.00 s")) + 3.0 * line;
    const QRectF plot = area.adjusted(4.2 * line, 1.8 * line, -words, -3.0 * line);
    double endS = 0.05;
    for (const auto& curve : data.curves) {
        const auto below =
            std::find_if(curve.levelDb.begin(), curve.levelDb.end(), [](double l) { return l < floorDb; });
        endS = std::max(endS, data.stepS * static_cast<double>(below - curve.levelDb.begin()));
    }
    drawAxes(painter, plot, endS, theme);
    painter.setPen(theme.text);
    painter.drawText(QPointF(plot.left(), area.top() + 1.2 * line),
                     ResponseFigureWords::tr("Decay, channel %1").arg(data.channel));

    static const std::array dashes{Qt::SolidLine, Qt::DashLine, Qt::DotLine};
    double y = plot.top() + 0.8 * line;
    int index = 0;
    for (const auto& curve : data.curves) {
        const bool all = curve.centreHz == 0.0;
        QPen pen(all ? theme.text : PlotTheme::category(index), all ? 1.6 : 1.1);
        pen.setStyle(dashes[static_cast<std::size_t>(index / 3) % dashes.size()]);
        if (!all)
            ++index;
        QPainterPath path;
        for (std::size_t n = 0; n < curve.levelDb.size() && curve.levelDb[n] >= floorDb; ++n) {
            const QPointF point(plot.left() + plot.width() * data.stepS * static_cast<double>(n) / endS,
                                plot.top() + plot.height() * curve.levelDb[n] / floorDb);
            if (n == 0)
                path.moveTo(point);
            else
                path.lineTo(point);
        }
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(path);
        painter.drawLine(QPointF(plot.right() + 0.5 * line, y), QPointF(plot.right() + 2.2 * line, y));
        painter.setPen(theme.text);
        const auto name = all ? ResponseFigureWords::tr("all") : ResponseFigureWords::tr("%1 Hz").arg(curve.centreHz);
        const auto time = curve.t30S ? ResponseFigureWords::tr("T30 %1 s").arg(*curve.t30S, 0, 'f', 2)
                                     : ResponseFigureWords::tr("no T30");
        painter.drawText(QPointF(plot.right() + 2.6 * line, y + 0.35 * metrics.ascent()),
                         name + QStringLiteral("  ") + time);
        y += 1.3 * line;
    }
}

} // namespace binaurium
