// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/TrackPlot.h"

#include "widgets/plot/SceneFigure.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double truthStepS = 0.1;

QImage pictureOf(const Localization& what)
{
    if (what.frames.empty())
        return {};
    QImage picture(static_cast<int>(what.frames.size()), azimuthBinCount, QImage::Format_RGB32);
    float top = 1e-6F;
    for (const auto& frame : what.frames)
        top = std::max(top, *std::max_element(frame.posterior.begin(), frame.posterior.end()));
    for (int y = 0; y < static_cast<int>(azimuthBinCount); ++y) {
        auto* row = reinterpret_cast<QRgb*>(picture.scanLine(y));
        const auto bin = static_cast<std::size_t>((36 - y + 72) % 72); // +180 degrees first
        for (std::size_t t = 0; t < what.frames.size(); ++t)
            row[t] = heatColour(std::sqrt(static_cast<double>(what.frames[t].posterior[bin] / top)));
    }
    return picture;
}

// A different shape for each slot, so that colour is not the only cue.
void drawMark(QPainter& painter, const QPointF& at, double r, int slot)
{
    if (slot % 3 == 0)
        painter.drawEllipse(at, r, r);
    else if (slot % 3 == 1)
        painter.drawRect(QRectF(at - QPointF(r, r), QSizeF(2 * r, 2 * r)));
    else {
        const QPointF corners[] = {at + QPointF(0, -1.3 * r), at + QPointF(1.2 * r, r), at + QPointF(-1.2 * r, r)};
        painter.drawConvexPolygon(corners, 3);
    }
}

} // namespace

TrackPlot::TrackPlot(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Azimuth over time"));
    setToolTip(tr("Azimuth over time: left is up, behind at the upper and lower edge. Click to move the play head"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    describe();
}

void TrackPlot::setLocalization(const Localization& what, const Scene* truth)
{
    what_ = what;
    truth_ = truth != nullptr ? std::optional(*truth) : std::nullopt;
    events_.clear();
    posterior_ = pictureOf(what);
    durationS_ = what.durationS;
    describe();
    update();
}

void TrackPlot::setTimeline(const SoundTimeline& timeline)
{
    what_ = {};
    posterior_ = {};
    truth_.reset();
    events_ = timeline.events;
    durationS_ = timeline.durationS;
    describe();
    update();
}

void TrackPlot::setDuration(double durationS)
{
    durationS_ = durationS;
    update();
}

void TrackPlot::setCursor(double timeS)
{
    cursorS_ = timeS;
    update();
}

void TrackPlot::describe()
{
    QStringList words;
    for (const auto& event : events_)
        words << tr("%1 from %2 to %3 seconds at %4 degrees")
                     .arg(QString::fromStdString(event.label))
                     .arg(event.fromS, 0, 'f', 1)
                     .arg(event.toS, 0, 'f', 1)
                     .arg(event.azimuthDeg, 0, 'f', 0);
    setAccessibleDescription(words.isEmpty() ? tr("%n frame(s)", nullptr, static_cast<int>(what_.frames.size()))
                                             : words.join(QStringLiteral("; ")));
}

TimeAxis TrackPlot::axis() const
{
    return TimeAxis::of(*this, durationS_, false);
}

QPointF TrackPlot::pointOf(double timeS, double azimuthDeg) const
{
    const auto time = axis();
    return {time.xOf(timeS), time.area.top() + time.area.height() * (180.0 - azimuthDeg) / 360.0};
}

void TrackPlot::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && durationS_ > 0.0)
        emit cursorMoved(axis().timeAt(event->position().x()));
}

void TrackPlot::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons().testFlag(Qt::LeftButton) && durationS_ > 0.0)
        emit cursorMoved(axis().timeAt(event->position().x()));
}

void TrackPlot::drawTruth(QPainter& painter, const PlotTheme& theme) const
{
    painter.setPen(QPen(theme.truth, 2));
    const int steps = std::max(1, static_cast<int>(std::ceil(durationS_ / truthStepS)));
    for (std::size_t i = 0; truth_ && i < truth_->sources.size(); ++i) {
        if (truth_->sources[i].muted)
            continue;
        const auto azimuthAt = [&](double timeS) {
            return relativePosition(poseAt(truth_->listener, timeS), poseAt(truth_->sources[i], timeS).positionM)
                .direction.azimuthDeg;
        };
        double from = azimuthAt(0.0);
        for (int s = 1; s <= steps; ++s) {
            const double to = azimuthAt(s * durationS_ / steps);
            if (std::abs(to - from) < 180.0) // else it went round behind
                painter.drawLine(pointOf((s - 1) * durationS_ / steps, from), pointOf(s * durationS_ / steps, to));
            from = to;
        }
    }
}

void TrackPlot::drawSlots(QPainter& painter, const PlotTheme& theme) const
{
    const double r = 0.22 * fontMetrics().height();
    for (const auto& frame : what_.frames)
        for (const auto& source : frame.sources) {
            painter.setPen(QPen(theme.background, 1));
            painter.setBrush(PlotTheme::category(source.id));
            drawMark(painter, pointOf(frame.timeS, source.azimuthDeg), r, source.id);
        }
}

void TrackPlot::drawEvents(QPainter& painter, const PlotTheme& theme) const
{
    std::vector<std::string> names;
    for (const auto& event : events_) {
        const auto known = std::find(names.begin(), names.end(), event.label);
        const auto colour = PlotTheme::category(static_cast<int>(known - names.begin()));
        if (known == names.end())
            names.push_back(event.label);
        const QPointF from = pointOf(event.fromS, event.azimuthDeg);
        painter.setPen(QPen(colour, 0.35 * fontMetrics().height(), Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(from, pointOf(event.toS, event.azimuthDeg));
        painter.setPen(theme.text);
        painter.drawText(from - QPointF(0, 0.4 * fontMetrics().height()), labelWords(event.label));
    }
}

void TrackPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto theme = PlotTheme::of(palette());
    painter.fillRect(rect(), theme.background);
    const auto time = axis();
    if (!posterior_.isNull())
        painter.drawImage(
            QRectF(QPointF(time.area.left(), time.area.top()), QPointF(time.xOf(what_.durationS), time.area.bottom())),
            posterior_);
    for (const auto& [azimuth, word] : {std::pair(90.0, tr("left")), std::pair(0.0, tr("front")),
                                        std::pair(-90.0, tr("right")), std::pair(180.0, tr("behind"))}) {
        const double y = pointOf(0.0, azimuth).y();
        time.drawLeft(painter, azimuth == 180.0 ? y + 0.5 * fontMetrics().height() : y, word, theme);
        painter.setPen(QPen(theme.grid, 1, Qt::DotLine));
        painter.drawLine(QPointF(time.area.left(), y), QPointF(time.area.right(), y));
    }
    drawTruth(painter, theme);
    drawSlots(painter, theme);
    drawEvents(painter, theme);
    painter.setPen(theme.outline);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(time.area);
    time.drawCursor(painter, cursorS_, theme);
}

QSize TrackPlot::sizeHint() const
{
    return QSize(30, 8) * fontMetrics().height();
}

QSize TrackPlot::minimumSizeHint() const
{
    return QSize(16, 5) * fontMetrics().height();
}

} // namespace binaurium
