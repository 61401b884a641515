// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/canvas/SelectTool.h"

#include "widgets/canvas/SceneCanvas.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/document/SceneCommands.h"
#include "widgets/plot/PlotTheme.h"

#include <QKeyEvent>
#include <QPainter>
#include <cmath>

namespace binaurium {
namespace {

constexpr double dragStartPx = 3.0; // a click with an unsteady hand moves nothing
constexpr double preciseSpeed = 0.1;

double distancePx(const QPointF& a, const QPointF& b)
{
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

} // namespace

int SelectTool::turnHandleAt(const QPointF& at) const
{
    if (canvas_.plane() != Plane::Plan)
        return noObject;
    for (const int object : canvas_.context().selection.objects()) {
        const bool turns = object == listenerObject ||
                           canvas_.scene().sources[static_cast<std::size_t>(object)].directivity != Directivity::Omni;
        if (turns && distancePx(canvas_.turnHandle(object), at) < canvas_.reach())
            return object;
    }
    return noObject;
}

SelectTool::WaypointRef SelectTool::waypointAt(const QPointF& at) const
{
    for (const int object : canvas_.context().selection.objects()) {
        const auto& points = trajectoryOf(canvas_.scene(), object).waypoints;
        for (std::size_t i = 0; i < points.size(); ++i)
            if (distancePx(canvas_.toWidget(points[i].positionM), at) < canvas_.reach())
                return {object, i};
    }
    return {};
}

void SelectTool::press(const CanvasPoint& point)
{
    start_ = canvas_.scene();
    key_ = newMergeKey();
    pressed_ = last_ = pointer_ = point.at;
    modifiers_ = point.modifiers;
    moved_ = toggleOnRelease_ = false;
    axis_ = Qt::Key_unknown;
    if (const int turned = turnHandleAt(point.at); turned != noObject) {
        grabbed_ = turned;
        drag_ = Drag::Turn;
        return;
    }
    // A mark lies over the waypoint where it is: it moves the whole path, with Alt the waypoint alone.
    const int object = canvas_.objectAt(point.at);
    const auto waypoint = waypointAt(point.at);
    if (waypoint.object != noObject && (object == noObject || point.modifiers.testFlag(Qt::AltModifier))) {
        waypoint_ = waypoint;
        drag_ = Drag::Waypoint;
    } else if (object != noObject) {
        pressObject(object, point.modifiers);
    } else {
        if (!point.modifiers.testFlag(Qt::ControlModifier))
            canvas_.context().selection.clear();
        bandBase_ = canvas_.context().selection.objects();
        drag_ = Drag::Band;
    }
}

void SelectTool::pressObject(int object, Qt::KeyboardModifiers modifiers)
{
    auto& selection = canvas_.context().selection;
    if (modifiers.testFlag(Qt::ControlModifier)) {
        // Taken out on release, where no drag followed: Ctrl also means "without snapping".
        toggleOnRelease_ = selection.contains(object);
        if (!toggleOnRelease_)
            selection.toggle(object);
    } else if (!selection.contains(object)) {
        selection.setOnly(object);
    }
    grabbed_ = object;
    drag_ = Drag::Move;
}

void SelectTool::move(const CanvasPoint& point)
{
    if (drag_ == Drag::None)
        return;
    const double speed = point.modifiers.testFlag(Qt::ShiftModifier) && drag_ != Drag::Band ? preciseSpeed : 1.0;
    pointer_ += speed * (point.at - last_);
    last_ = point.at;
    modifiers_ = point.modifiers;
    moved_ = moved_ || distancePx(last_, pressed_) >= dragStartPx;
    if (moved_)
        apply();
}

void SelectTool::apply()
{
    switch (drag_) {
    case Drag::Move:
        applyMove();
        break;
    case Drag::Turn:
        applyTurn();
        break;
    case Drag::Waypoint:
        applyWaypoint();
        break;
    case Drag::Band:
        applyBand();
        break;
    case Drag::None:
        break;
    }
}

bool SelectTool::snaps() const
{
    return canvas_.context().options.grid().snap != modifiers_.testFlag(Qt::ControlModifier);
}

Vec3 SelectTool::locked(const Vec3& delta) const
{
    switch (axis_) {
    case Qt::Key_X:
        return {delta.x, 0, 0};
    case Qt::Key_Y:
        return {0, delta.y, 0};
    case Qt::Key_Z:
        return {0, 0, delta.z};
    default:
        return delta;
    }
}

void SelectTool::applyMove()
{
    const Vec3 from = startOf(start_, grabbed_);
    Vec3 to = canvas_.toRoom(canvas_.toWidget(from) + pointer_ - pressed_, from);
    if (snaps())
        to = canvas_.context().options.snapped(to, canvas_.plane(), start_.listener,
                                               modifiers_.testFlag(Qt::ShiftModifier));
    moveObjects(canvas_.context().document, start_, canvas_.context().selection.list(), locked(to - from), key_);
}

void SelectTool::applyTurn()
{
    const QPointF arm = pointer_ - canvas_.toWidget(canvas_.shownPose(grabbed_).positionM);
    double yaw = degrees(std::atan2(-arm.y(), arm.x()));
    if (snaps())
        yaw = CanvasOptions::turnStepDeg * std::round(yaw / CanvasOptions::turnStepDeg);
    editObjects(
        canvas_.context().document, SceneCanvas::tr("Turn %1").arg(nameOf(start_, {grabbed_})), {grabbed_},
        [&](Scene& scene, int object) { orientationOf(scene, object).yawDeg = wrapDegrees(yaw); }, key_);
}

void SelectTool::applyWaypoint()
{
    const Vec3 from = trajectoryOf(start_, waypoint_.object).waypoints[waypoint_.index].positionM;
    Vec3 to = canvas_.toRoom(canvas_.toWidget(from) + pointer_ - pressed_, from);
    if (snaps())
        to = canvas_.context().options.snapped(to, canvas_.plane(), start_.listener,
                                               modifiers_.testFlag(Qt::ShiftModifier));
    const Vec3 place = insideRoom(start_.room, from + locked(to - from));
    Scene changed = canvas_.scene();
    auto& points = trajectoryOf(changed, waypoint_.object).waypoints;
    if (waypoint_.index >= points.size()) { // undone meanwhile
        drag_ = Drag::None;
        return;
    }
    points[waypoint_.index].positionM = place;
    const auto what = SceneCanvas::tr("Move waypoint of %1").arg(nameOf(start_, {waypoint_.object}));
    if (const QString why = exchangeObjects(canvas_.context().document, what, changed, {waypoint_.object}, key_);
        !why.isEmpty())
        emit canvas_.hint(why);
}

void SelectTool::applyBand()
{
    const QRectF band = QRectF(pressed_, last_).normalized();
    auto inside = bandBase_;
    int current = noObject;
    for (const int object : allObjects(canvas_.scene()))
        if (band.contains(canvas_.toWidget(canvas_.shownPose(object).positionM))) {
            inside.insert(object);
            current = object;
        }
    canvas_.context().selection.set(std::move(inside), current);
    canvas_.update();
}

void SelectTool::release(const CanvasPoint&)
{
    if (drag_ == Drag::Move && !moved_) {
        auto& selection = canvas_.context().selection;
        if (toggleOnRelease_)
            selection.toggle(grabbed_);
        else if (!modifiers_.testFlag(Qt::ControlModifier))
            selection.setOnly(grabbed_); // a plain click on one of many chooses it alone
    }
    drag_ = Drag::None;
    canvas_.update();
}

bool SelectTool::key(const QKeyEvent& event)
{
    const auto key = static_cast<Qt::Key>(event.key());
    if ((drag_ != Drag::Move && drag_ != Drag::Waypoint) || (key != Qt::Key_X && key != Qt::Key_Y && key != Qt::Key_Z))
        return false;
    axis_ = axis_ == key ? Qt::Key_unknown : key;
    emit canvas_.hint(axis_ == Qt::Key_unknown ? SceneCanvas::tr("Moves freely")
                                               : SceneCanvas::tr("Held on the %1 axis").arg(event.text().toLower()));
    if (moved_)
        apply();
    return true;
}

void SelectTool::cancel()
{
    // Back to the start under the same merge key: the step becomes obsolete and leaves nothing to redo.
    const std::vector<int> objects = drag_ == Drag::Move       ? canvas_.context().selection.list()
                                     : drag_ == Drag::Turn     ? std::vector<int>{grabbed_}
                                     : drag_ == Drag::Waypoint ? std::vector<int>{waypoint_.object}
                                                               : std::vector<int>{};
    const bool sameObjects = start_.sources.size() == canvas_.scene().sources.size();
    drag_ = Drag::None;
    if (moved_ && sameObjects && !objects.empty() && !(start_ == canvas_.scene()))
        canvas_.context().document.push(
            new ChangeObjects(canvas_.context().document, QString(), start_, objects, key_));
    moved_ = false;
    canvas_.update();
}

void SelectTool::paint(QPainter& painter) const
{
    if (drag_ != Drag::Band || !moved_)
        return;
    const auto theme = PlotTheme::of(canvas_.palette());
    QColor fill = theme.accent;
    fill.setAlphaF(0.15F);
    painter.setPen(QPen(theme.accent, 1, Qt::DashLine));
    painter.setBrush(fill);
    painter.drawRect(QRectF(pressed_, last_).normalized());
}

Qt::CursorShape SelectTool::cursor(const QPointF& at) const
{
    if (turnHandleAt(at) != noObject)
        return Qt::CrossCursor;
    return waypointAt(at).object != noObject || canvas_.objectAt(at) != noObject ? Qt::OpenHandCursor : Qt::ArrowCursor;
}

} // namespace binaurium
