// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/ProbeChart.h"

#include "core/support/AtomicFile.h"
#include "widgets/plot/FigureExport.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

struct ProbeChartWords
{
    Q_DECLARE_TR_FUNCTIONS(ProbeChart)
};

struct Panel
{
    const char* target;
    QString title;
    double factor; // of the stored value, as shown
    double constant;
};

// Places before the language model stand at 0, 1, 2; its layers follow.
double placeOf(const ProbeScore& s)
{
    if (s.stage == "language")
        return 2.0 + s.layer;
    return s.stage == "semantic" ? 0.0 : s.stage == "encoder" ? 1.0 : 2.0;
}

// A number that is easily read, not below `value`.
double roundedUp(double value)
{
    const double unit = std::pow(10.0, std::floor(std::log10(std::max(1e-6, value))));
    for (const double step : {1.0, 1.2, 1.6, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0})
        if (value <= step * unit)
            return step * unit;
    return 10.0 * unit;
}

class PanelPainter
{
public:
    PanelPainter(QPainter& painter, const QRectF& area, const ProbeReport& report, const Panel& panel,
                 const PlotTheme& theme)
        : painter_(painter), report_(report), panel_(panel), theme_(theme), line_(painter.fontMetrics().height()),
          plot_(area.adjusted(3.6 * line_, 1.4 * line_, -line_, -1.6 * line_))
    {
        double top = panel.factor * panel.constant;
        for (const auto& s : report.scores) {
            last_ = std::max(last_, placeOf(s));
            if (s.target == panel.target)
                top = std::max(top, panel.factor * s.interval.high);
        }
        top_ = roundedUp(top);
    }

    void draw(bool withLayers)
    {
        drawAxes(withLayers);
        painter_.setPen(QPen(theme_.text, 0.08 * line_, Qt::DashLine));
        painter_.drawLine(at(0.0, panel_.factor * panel_.constant), at(last_, panel_.factor * panel_.constant));
        drawLine("audio", theme_.prediction, false);
        drawLine("answer", theme_.truth, true);
    }

private:
    QPointF at(double place, double value) const
    {
        return {plot_.left() + place / std::max(1.0, last_) * plot_.width(),
                plot_.bottom() - value / top_ * plot_.height()};
    }

    void drawAxes(bool withLayers)
    {
        painter_.setPen(theme_.text);
        painter_.drawText(QRectF(plot_.left(), plot_.top() - 1.3 * line_, plot_.width(), line_), Qt::AlignLeft,
                          panel_.title);
        for (int i = 0; i <= 2; ++i) {
            const double value = 0.5 * i * top_;
            painter_.setPen(QPen(theme_.grid, 0.05 * line_));
            painter_.drawLine(at(0.0, value), at(last_, value));
            painter_.setPen(theme_.text);
            painter_.drawText(QRectF(plot_.left() - 3.6 * line_, at(0, value).y() - 0.5 * line_, 3.2 * line_, line_),
                              Qt::AlignRight | Qt::AlignVCenter, QString::number(value));
        }
        if (!withLayers)
            return;
        const auto name = [&](double place, const QString& text, Qt::Alignment alignment) {
            const double wide = 6.0 * line_;
            const double left = alignment & Qt::AlignLeft ? 0.0 : alignment & Qt::AlignRight ? wide : 0.5 * wide;
            painter_.drawText(QRectF(at(place, 0.0).x() - left, plot_.bottom() + 0.3 * line_, wide, line_), alignment,
                              text);
        };
        name(0.0, ProbeChartWords::tr("S  E  P"), Qt::AlignLeft);
        for (int layer = 10; layer + 2.0 < last_; layer += 10)
            name(layer + 2.0, QString::number(layer), Qt::AlignHCenter);
        name(last_, ProbeChartWords::tr("layer %1").arg(last_ - 2.0), Qt::AlignRight);
    }

    void drawLine(const char* position, const QColor& colour, bool square)
    {
        std::vector<const ProbeScore*> points;
        for (const auto& s : report_.scores)
            if (s.target == panel_.target && s.position == position)
                points.push_back(&s);
        QPolygonF line;
        for (const auto* s : points) {
            const auto low = at(placeOf(*s), panel_.factor * s->interval.low);
            const auto high = at(placeOf(*s), panel_.factor * s->interval.high);
            QColor faint = colour;
            faint.setAlphaF(0.5F);
            painter_.setPen(QPen(faint, 0.1 * line_));
            painter_.drawLine(low, high);
            if (s->stage != "semantic") // it is beside the way of the spatial features
                line << at(placeOf(*s), panel_.factor * s->score);
        }
        painter_.setPen(QPen(colour, 0.1 * line_));
        painter_.drawPolyline(line);
        painter_.setBrush(colour);
        painter_.setPen(Qt::NoPen);
        const double size = 0.22 * line_;
        for (const auto* s : points) {
            const auto centre = at(placeOf(*s), panel_.factor * s->score);
            if (square)
                painter_.drawRect(QRectF(centre.x() - size, centre.y() - size, 2 * size, 2 * size));
            else
                painter_.drawEllipse(centre, size, size);
        }
        painter_.setBrush(Qt::NoBrush);
    }

    QPainter& painter_;
    const ProbeReport& report_;
    const Panel& panel_;
    const PlotTheme& theme_;
    double line_;
    QRectF plot_;
    double last_ = 2.0;
    double top_ = 1.0;
};

} // namespace

void drawProbes(QPainter& painter, const QRectF& area, const ProbeReport& report, const PlotTheme& theme)
{
    const Panel panels[] = {
        {"azimuth", ProbeChartWords::tr("azimuth error, degrees"), 1.0, report.azimuthConstantDeg},
        {"distance", ProbeChartWords::tr("distance error, % of the distance"), 100.0, report.distanceConstant},
        {"class", ProbeChartWords::tr("class right, %"), 100.0, report.classConstant}};
    const double line = painter.fontMetrics().height();
    const double legend = 3.2 * line;
    const double height = (area.height() - legend) / 3.0;
    for (int i = 0; i < 3; ++i)
        PanelPainter(painter, QRectF(area.left(), area.top() + i * height, area.width(), height), report, panels[i],
                     theme)
            .draw(i == 2);
    painter.setPen(theme.text);
    painter.drawText(
        QRectF(area.left() + line, area.bottom() - legend + 0.4 * line, area.width() - 2 * line, 2.6 * line),
        Qt::AlignHCenter | Qt::TextWordWrap,
        ProbeChartWords::tr("S semantic, E spatial encoder, P projector, then layers; ● audio tokens, ■ start of the "
                            "answer, – – constant guess"));
}

void exportProbes(const ProbeReport& report, double widthMm, const std::filesystem::path& file)
{
    FigureOptions options;
    options.widthMm = widthMm;
    options.heightMm = 1.1 * widthMm;
    options.title = QString::fromStdString("Binaurium probes, " + report.key.model);
    options.description = QString::fromStdString(captionOf(report));
    exportFigure([&](QPainter& painter,
                     const QSizeF& size) { drawProbes(painter, QRectF(QPointF(), size), report, PlotTheme::light()); },
                 options, file);
    writeFileAtomically(captionFileOf(file),
                        "Where space is lost: linear probes on scenes that they were not fitted on. " +
                            captionOf(report) + "\n");
}

} // namespace binaurium
