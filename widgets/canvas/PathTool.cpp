// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/canvas/PathTool.h"

#include "widgets/canvas/SceneCanvas.h"
#include "widgets/document/PathEdits.h"
#include "widgets/plot/PlotTheme.h"

#include <QKeyEvent>
#include <QPainter>
#include <QPolygonF>
#include <cmath>

namespace binaurium {
namespace {

constexpr double spacingPx = 4.0;   // between points of a drawn line
constexpr double tolerancePx = 4.0; // of its waypoints
constexpr double clickPx = 8.0;     // a shorter stroke is a click

} // namespace

int PathTool::object() const
{
    return canvas_.context().selection.current();
}

Vec3 PathTool::placeAt(const CanvasPoint& point) const
{
    const auto places = placesOf(canvas_.scene(), object());
    const Vec3 place = canvas_.toRoom(point.at, places.back());
    const auto& options = canvas_.context().options;
    return options.grid().snap != point.modifiers.testFlag(Qt::ControlModifier)
               ? options.snapped(place, canvas_.plane(), canvas_.scene().listener, false)
               : place;
}

void PathTool::press(const CanvasPoint& point)
{
    const int hit = canvas_.objectAt(point.at);
    if (hit != noObject && hit != object())
        canvas_.context().selection.setOnly(hit);
    if (object() == noObject) {
        emit canvas_.hint(SceneCanvas::tr("Choose a source or the listener first; then draw its path"));
        return;
    }
    stroke_ = {point.at};
}

void PathTool::move(const CanvasPoint& point)
{
    if (stroke_.empty())
        return;
    const QPointF step = point.at - stroke_.back();
    if (std::hypot(step.x(), step.y()) < spacingPx)
        return;
    stroke_.push_back(point.at);
    canvas_.update();
}

void PathTool::release(const CanvasPoint& point)
{
    if (stroke_.empty())
        return;
    const auto stroke = std::exchange(stroke_, {});
    const QPointF whole = point.at - stroke.front();
    auto places = placesOf(canvas_.scene(), object());
    if (stroke.size() < 3 && std::hypot(whole.x(), whole.y()) < clickPx) {
        if (canvas_.objectAt(point.at) == object() && places.size() < 2)
            return; // a click on the object itself chose it
        places.push_back(placeAt(point));
    } else {
        std::vector<Vec3> drawn;
        for (const QPointF& at : stroke)
            drawn.push_back(canvas_.toRoom(at, places.front()));
        places = simplifiedPath(drawn, tolerancePx / canvas_.context().frame.pixelsPerM());
    }
    if (const QString why = setPath(canvas_.context().document, object(), places); !why.isEmpty())
        emit canvas_.hint(why);
    canvas_.update();
}

void PathTool::doubleClick(const CanvasPoint&)
{
    stroke_.clear();
    emit canvas_.toolDone();
}

bool PathTool::key(const QKeyEvent& event)
{
    switch (event.key()) {
    case Qt::Key_Backspace:
        if (object() != noObject) {
            auto places = placesOf(canvas_.scene(), object());
            if (places.size() > 1)
                places.pop_back();
            setPath(canvas_.context().document, object(), places);
        }
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit canvas_.toolDone();
        return true;
    case Qt::Key_Escape:
        if (!stroke_.empty())
            return false; // the view cancels
        emit canvas_.toolDone();
        return true;
    default:
        return false;
    }
}

void PathTool::cancel()
{
    stroke_.clear();
    canvas_.update();
}

void PathTool::paint(QPainter& painter) const
{
    if (stroke_.size() < 2)
        return;
    painter.setPen(QPen(PlotTheme::of(canvas_.palette()).accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(QPolygonF(QList<QPointF>(stroke_.begin(), stroke_.end())));
}

} // namespace binaurium
