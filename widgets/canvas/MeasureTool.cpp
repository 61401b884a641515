// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/canvas/MeasureTool.h"

#include "widgets/canvas/PathTool.h"
#include "widgets/canvas/SceneCanvas.h"
#include "widgets/canvas/SelectTool.h"
#include "widgets/plot/PlotTheme.h"

#include <QPainter>

namespace binaurium {
namespace {

constexpr double speedOfSoundMPerS = 343.2; // at 20 degrees; a measuring tape needs no more

} // namespace

std::unique_ptr<CanvasTool> CanvasTool::make(Kind kind, SceneCanvas& canvas)
{
    switch (kind) {
    case Kind::Path:
        return std::make_unique<PathTool>(canvas);
    case Kind::Measure:
        return std::make_unique<MeasureTool>(canvas);
    case Kind::Select:
        break;
    }
    return std::make_unique<SelectTool>(canvas);
}

Vec3 MeasureTool::endAt(const QPointF& at) const
{
    const int object = canvas_.objectAt(at);
    return object != noObject ? canvas_.shownPose(object).positionM
                              : canvas_.toRoom(at, canvas_.scene().listener.positionM);
}

void MeasureTool::press(const CanvasPoint& point)
{
    from_ = to_ = endAt(point.at);
    canvas_.update();
}

void MeasureTool::move(const CanvasPoint& point)
{
    if (!from_)
        return;
    to_ = endAt(point.at);
    emit canvas_.hint(text());
    canvas_.update();
}

void MeasureTool::cancel()
{
    from_.reset();
    canvas_.update();
}

QString MeasureTool::text() const
{
    if (!from_)
        return {};
    const double distance = length(to_ - *from_);
    return SceneCanvas::tr("%1 m, %2 ms")
        .arg(distance, 0, 'f', 2)
        .arg(1000.0 * distance / speedOfSoundMPerS, 0, 'f', 2);
}

void MeasureTool::paint(QPainter& painter) const
{
    if (!from_)
        return;
    const auto theme = PlotTheme::of(canvas_.palette());
    const QPointF a = canvas_.toWidget(*from_), b = canvas_.toWidget(to_);
    painter.setPen(QPen(theme.prediction, 2));
    painter.drawLine(a, b);
    for (const QPointF& end : {a, b})
        painter.drawEllipse(end, 3, 3);
    const QRectF words = QRectF(painter.fontMetrics().boundingRect(text())).adjusted(-4, -2, 4, 2);
    const QRectF place = words.translated(0.5 * (a + b) - words.center() - QPointF(0, words.height()));
    painter.fillRect(place, theme.background);
    painter.setPen(theme.text);
    painter.drawText(place, Qt::AlignCenter, text());
}

} // namespace binaurium
