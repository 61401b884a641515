// SPDX-License-Identifier: GPL-3.0-or-later
// How the plan looks; what it does is in PlanView.cpp.
#include "widgets/plot/SceneFigure.h"
#include "widgets/scene/PlanView.h"

#include <QPainter>
#include <cmath>

namespace binaurium {
namespace {

// A step of 1, 2 or 5 times a power of ten that gives lines at least `pixels` apart.
double gridStepM(double unit, double pixels)
{
    const double wanted = pixels / unit;
    const double power = std::pow(10.0, std::floor(std::log10(wanted)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= wanted)
            return factor * power;
    return 10.0 * power;
}

} // namespace

void PlanView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto theme = PlotTheme::of(palette());
    painter.fillRect(rect(), theme.background);
    drawRoom(painter);
    drawHeard(painter);
    const auto& listener = document_.scene().listener;
    drawListener(painter, toWidget(listener.positionM), markRadius(), listener.orientation.yawDeg, theme);
    if (selection_ == listenerIndex) {
        painter.setPen(QPen(theme.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(toWidget(listener.positionM), 1.7 * markRadius(), 1.7 * markRadius());
        painter.setBrush(theme.accent);
        painter.drawEllipse(noseHandle(), 0.35 * markRadius(), 0.35 * markRadius());
    }
    for (int i = 0; i < static_cast<int>(document_.scene().sources.size()); ++i)
        drawSource(painter, i);
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 1, Qt::DotLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(1, 1, -2, -2));
    }
}

void PlanView::drawRoom(QPainter& painter) const
{
    const auto theme = PlotTheme::of(palette());
    const Vec3& size = document_.scene().room.sizeM;
    const double line = fontMetrics().height();
    const double step = gridStepM(unit(), 2.2 * line);
    const QRectF room(toWidget({0, size.y, 0}), toWidget({size.x, 0, 0}));
    for (int i = 0; i * step <= size.x + 1e-9; ++i) {
        const double x = toWidget({i * step, 0, 0}).x();
        painter.setPen(QPen(theme.grid, 1));
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()));
        painter.setPen(theme.outline);
        painter.drawText(QRectF(x - 2 * line, room.bottom() + 0.2 * line, 4 * line, line), Qt::AlignCenter,
                         QString::number(i * step));
    }
    for (int i = 0; i * step <= size.y + 1e-9; ++i) {
        const double y = toWidget({0, i * step, 0}).y();
        painter.setPen(QPen(theme.grid, 1));
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y));
        painter.setPen(theme.outline);
        painter.drawText(QRectF(room.left() - 3.2 * line, y - 0.5 * line, 3 * line, line),
                         Qt::AlignRight | Qt::AlignVCenter, QString::number(i * step));
    }
    painter.setPen(QPen(theme.outline, 3));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(room);
    painter.setPen(theme.outline);
    painter.drawText(QRectF(room.left(), room.bottom() + 1.2 * line, room.width(), line), Qt::AlignCenter,
                     tr("x / m, front of the listener is where the nose points"));
}

void PlanView::drawSource(QPainter& painter, int index) const
{
    const auto theme = PlotTheme::of(palette());
    const Source& source = document_.scene().sources[static_cast<std::size_t>(index)];
    const QPointF at = toWidget(source.positionM);
    const double r = markRadius();
    if (index == selection_) {
        painter.setPen(QPen(theme.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(at, 1.45 * r, 1.45 * r);
    }
    painter.setPen(QPen(theme.background, 1));
    painter.setBrush(source.muted ? theme.grid : PlotTheme::category(index));
    painter.drawEllipse(at, r, r);
    painter.setPen(QColor(0x20, 0x24, 0x28)); // on the categories' colours dark text has the better contrast
    painter.drawText(QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r), Qt::AlignCenter, QString::number(index + 1));
    painter.setPen(theme.text);
    const QString text = QString::fromStdString(source.name) + (source.muted ? tr(" (muted)") : QString());
    painter.drawText(at + QPointF(1.6 * r, 0.35 * fontMetrics().ascent()), text);
}

void PlanView::drawHeard(QPainter& painter) const
{
    if (!heard_)
        return;
    const auto theme = PlotTheme::of(palette());
    const auto& listener = document_.scene().listener;
    const double r = 0.8 * markRadius();
    for (const auto& s : heard_->sources) {
        const Vec3 direction = HeadRotation(listener.orientation).toRoom(unitVector({s.azimuthDeg, s.elevationDeg}));
        const QPointF at = toWidget(listener.positionM + s.distanceM * direction);
        painter.setPen(QPen(theme.prediction, 1.5, Qt::DashLine));
        painter.drawLine(toWidget(listener.positionM), at);
        painter.setPen(QPen(theme.prediction, 2));
        painter.setBrush(theme.background);
        const QPointF corners[] = {at + QPointF(0, -r), at + QPointF(r, 0), at + QPointF(0, r), at + QPointF(-r, 0)};
        painter.drawConvexPolygon(corners, 4);
        painter.setPen(theme.prediction);
        painter.drawText(at + QPointF(1.4 * r, -0.4 * r), tr("heard: %1").arg(QString::fromStdString(s.label)));
    }
}

} // namespace binaurium
