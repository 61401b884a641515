// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/canvas/SceneCanvas.h"

#include "widgets/canvas/CanvasPainting.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/document/SceneCommands.h"

#include <QAccessible>
#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double fineStepM = 0.01;     // arrows without snap
constexpr double smallestHitPx = 12.0; // half of the 24 pixels that a finger or an unsteady hand needs
constexpr double zoomPerNotch = 1.2;
constexpr int burstMs = 800;

QString nameOfView(Plane plane)
{
    switch (plane) {
    case Plane::Plan:
        return SceneCanvas::tr("Plan of the room");
    case Plane::Front:
        return SceneCanvas::tr("Elevation of the room, length and height");
    case Plane::Side:
        break;
    }
    return SceneCanvas::tr("Elevation of the room, width and height");
}

} // namespace

SceneCanvas::SceneCanvas(const CanvasContext& context, Plane plane, QWidget* parent)
    : QWidget(parent), context_(context), plane_(plane), tool_(CanvasTool::make(CanvasTool::Kind::Select, *this)),
      ground_(std::make_unique<CanvasGround>())
{
    setAccessibleName(nameOfView(plane));
    setFocusPolicy(Qt::StrongFocus);
    setAcceptDrops(true);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    burst_.setSingleShot(true);
    burst_.setInterval(burstMs);
    connect(&burst_, &QTimer::timeout, this, [this] { nudgeKey_ = 0; });
    connect(&context_.document, &SceneDocument::changed, this, &SceneCanvas::onChanged);
    connect(&context_.selection, &Selection::changed, this, [this] {
        nudgeKey_ = 0;
        describeToReaders();
        update();
    });
    connect(&context_.options, &CanvasOptions::changed, this, qOverload<>(&QWidget::update));
    connect(&context_.frame, &ViewFrame::changed, this, qOverload<>(&QWidget::update));
    context_.frame.setRoom(scene().room.sizeM);
    describeToReaders();
}

SceneCanvas::~SceneCanvas()
{
    context_.frame.setViewSize(this, plane_, {});
}

void SceneCanvas::setTool(CanvasTool::Kind kind)
{
    tool_->cancel();
    kind_ = kind;
    tool_ = CanvasTool::make(kind, *this);
    update();
}

void SceneCanvas::setPlane(Plane plane)
{
    tool_->cancel();
    plane_ = plane;
    setAccessibleName(nameOfView(plane));
    tellSize();
    update();
}

void SceneCanvas::onChanged(const SceneChange& change)
{
    if (change.kind == SceneChange::Kind::Everything || change.kind == SceneChange::Kind::Room)
        context_.frame.setRoom(scene().room.sizeM);
    const bool isOther = change.kind == SceneChange::Kind::Everything;
    if (isOther || (change.renumbers() && tool_->isActive()))
        tool_ = CanvasTool::make(kind_, *this); // what it had begun was of other objects
    if (isOther)
        context_.frame.fitRoom();
    if (!change.more)
        describeToReaders();
    update();
}

QString SceneCanvas::describe(const Scene& scene, int object)
{
    if (object == listenerObject) {
        const Vec3& p = scene.listener.positionM;
        return tr("Listener: x %1 m, y %2 m, z %3 m, yaw %4°")
            .arg(p.x, 0, 'f', 2)
            .arg(p.y, 0, 'f', 2)
            .arg(p.z, 0, 'f', 2)
            .arg(scene.listener.orientation.yawDeg, 0, 'f', 0);
    }
    if (object < 0 || object >= static_cast<int>(scene.sources.size()))
        return {};
    const Source& source = scene.sources[static_cast<std::size_t>(object)];
    const auto r = relativePosition(scene.listener, source.positionM);
    return tr("%1: x %2 m, y %3 m, z %4 m; %5 m away, azimuth %6°, elevation %7°")
        .arg(QString::fromStdString(source.name), QString::number(source.positionM.x, 'f', 2),
             QString::number(source.positionM.y, 'f', 2), QString::number(source.positionM.z, 'f', 2),
             QString::number(r.distanceM, 'f', 2), QString::number(r.direction.azimuthDeg, 'f', 0),
             QString::number(r.direction.elevationDeg, 'f', 0)); // at once: a name may hold "%2"
}

void SceneCanvas::describeToReaders()
{
    const QString text = describe(scene(), context_.selection.current());
    if (text == accessibleDescription())
        return;
    setAccessibleDescription(text); // QWidget sends the event that readers speak
}

QPointF SceneCanvas::toWidget(const Vec3& p) const
{
    const Vec3& centre = context_.frame.centreM();
    const double unit = context_.frame.pixelsPerM();
    const CanvasMargins margins = CanvasMargins::of(*this);
    return margins.free(QRectF(rect())).center() + QPointF((acrossM(plane_, p) - acrossM(plane_, centre)) * unit,
                                                           -(upM(plane_, p) - upM(plane_, centre)) * unit);
}

Vec3 SceneCanvas::toRoom(const QPointF& point, const Vec3& other) const
{
    const Vec3& centre = context_.frame.centreM();
    const double unit = context_.frame.pixelsPerM();
    const QPointF offset = point - CanvasMargins::of(*this).free(QRectF(rect())).center();
    return inPlane(plane_, other, acrossM(plane_, centre) + offset.x() / unit, upM(plane_, centre) - offset.y() / unit);
}

Pose SceneCanvas::shownPose(int object) const
{
    const double time = context_.options.playedS().value_or(0.0);
    return object == listenerObject ? poseAt(scene().listener, time)
                                    : poseAt(scene().sources[static_cast<std::size_t>(object)], time);
}

double SceneCanvas::markRadius() const
{
    return 0.6 * fontMetrics().height();
}

double SceneCanvas::reach() const
{
    return std::max(smallestHitPx, markRadius());
}

QPointF SceneCanvas::turnHandle(int object) const
{
    const Pose pose = shownPose(object);
    const double yaw = radians(pose.orientation.yawDeg);
    return toWidget(pose.positionM) + 2.6 * markRadius() * QPointF(std::cos(yaw), -std::sin(yaw));
}

int SceneCanvas::objectAt(const QPointF& point) const
{
    int best = noObject;
    double nearest = reach();
    for (int object = static_cast<int>(scene().sources.size()) - 1; object >= listenerObject; --object) {
        const QPointF offset = toWidget(shownPose(object).positionM) - point;
        // Of marks above each other a selected one is taken first, so that it can be dragged out of a heap.
        const double distance =
            std::hypot(offset.x(), offset.y()) - (context_.selection.contains(object) ? 0.25 * reach() : 0.0);
        if (distance < nearest) {
            nearest = distance;
            best = object;
        }
    }
    return best;
}

void SceneCanvas::tellSize()
{
    const QSizeF free = CanvasMargins::of(*this).free(QRectF(rect())).size();
    context_.frame.setViewSize(this, plane_, isVisible() ? free : QSizeF());
}

void SceneCanvas::resizeEvent(QResizeEvent*)
{
    tellSize();
}

void SceneCanvas::showEvent(QShowEvent*)
{
    tellSize();
}

void SceneCanvas::hideEvent(QHideEvent*)
{
    tool_->cancel();
    tellSize();
}

void SceneCanvas::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    CanvasPainting(painter, *this).drawAll(*ground_);
    tool_->paint(painter);
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1, Qt::DotLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(1, 1, -2, -2));
    }
}

void SceneCanvas::mousePressEvent(QMouseEvent* event)
{
    setFocus();
    pointer_ = event->position();
    nudgeKey_ = 0;
    if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && spaceDown_)) {
        panning_ = true;
        spacePanned_ = spaceDown_;
        panFrom_ = event->position();
        setCursor(Qt::ClosedHandCursor);
    } else if (event->button() == Qt::LeftButton) {
        pressed_ = true;
        tool_->press({event->position(), event->modifiers()});
    }
}

std::optional<Vec3> SceneCanvas::pointed(const Vec3& other) const
{
    return pointerInside_ ? std::optional(toRoom(pointer_, other)) : std::nullopt;
}

void SceneCanvas::mouseMoveEvent(QMouseEvent* event)
{
    pointer_ = event->position();
    pointerInside_ = rect().contains(pointer_.toPoint());
    if (panning_) {
        const Vec3 before = toRoom(panFrom_, {});
        panFrom_ = event->position();
        context_.frame.pan(before - toRoom(panFrom_, {}));
    } else if (pressed_) {
        tool_->move({event->position(), event->modifiers()});
    } else {
        setCursor(spaceDown_ ? Qt::OpenHandCursor : tool_->cursor(event->position()));
    }
}

void SceneCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    if (panning_) {
        panning_ = false;
        setCursor(tool_->cursor(event->position()));
    } else if (pressed_ && event->button() == Qt::LeftButton) {
        pressed_ = false;
        tool_->release({event->position(), event->modifiers()});
    }
}

void SceneCanvas::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        tool_->doubleClick({event->position(), event->modifiers()});
}

void SceneCanvas::wheelEvent(QWheelEvent* event)
{
    // What is under the pointer stays there.
    context_.frame.zoom(std::pow(zoomPerNotch, event->angleDelta().y() / 120.0),
                        toRoom(event->position(), context_.frame.centreM()));
}

void SceneCanvas::frameSelection()
{
    const auto objects = context_.selection.list();
    if (objects.empty()) {
        context_.frame.fitRoom();
        return;
    }
    Vec3 low = shownPose(objects.front()).positionM, high = low;
    for (const int object : objects) {
        const Vec3 p = shownPose(object).positionM;
        low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
    }
    context_.frame.show(low, high);
}

void SceneCanvas::nudge(const Vec3& steps, Qt::KeyboardModifiers modifiers)
{
    double step = context_.options.grid().snap ? context_.options.grid().stepM : fineStepM;
    if (modifiers.testFlag(Qt::ShiftModifier))
        step *= 10.0;
    if (modifiers.testFlag(Qt::AltModifier))
        step /= 10.0;
    if (nudgeKey_ == 0)
        nudgeKey_ = newMergeKey();
    burst_.start();
    moveObjects(context_.document, scene(), context_.selection.list(), step * steps, nudgeKey_);
}

bool SceneCanvas::moveByKey(const QKeyEvent& event)
{
    const auto go = [&](double across, double up) {
        nudge(inPlane(plane_, {}, across, up), event.modifiers());
        return true;
    };
    switch (event.key()) {
    case Qt::Key_Left:
        return go(-1, 0);
    case Qt::Key_Right:
        return go(1, 0);
    case Qt::Key_Up:
        return go(0, 1);
    case Qt::Key_Down:
        return go(0, -1);
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        nudge({0, 0, event.key() == Qt::Key_PageUp ? 1.0 : -1.0}, event.modifiers());
        return true;
    default:
        return false;
    }
}

void SceneCanvas::keyPressEvent(QKeyEvent* event)
{
    if (tool_->key(*event) || moveByKey(*event))
        return;
    switch (event->key()) {
    case Qt::Key_Escape:
        if (tool_->isActive())
            tool_->cancel();
        else
            context_.selection.clear();
        return;
    case Qt::Key_F:
        frameSelection();
        return;
    case Qt::Key_Space:
        // Space alone plays, once it is let go; with a drag it pans.
        if (!event->isAutoRepeat()) {
            spaceDown_ = true;
            spacePanned_ = false;
        }
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void SceneCanvas::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Space || event->isAutoRepeat()) {
        QWidget::keyReleaseEvent(event);
        return;
    }
    const bool tapped = spaceDown_ && !spacePanned_;
    spaceDown_ = false;
    if (tapped)
        emit spaceTapped();
}

void SceneCanvas::focusOutEvent(QFocusEvent* event)
{
    spaceDown_ = false; // its release goes to another
    QWidget::focusOutEvent(event);
}

bool SceneCanvas::walk(bool forward)
{
    // Tab walks through the objects first and leaves the view at the end, so that nobody is trapped.
    const int last = static_cast<int>(scene().sources.size()) - 1;
    const int now = context_.selection.current();
    const int next = now == noObject ? (forward ? listenerObject : last) : now + (forward ? 1 : -1);
    if (next < listenerObject || next > last)
        return false;
    context_.selection.setOnly(next);
    return true;
}

bool SceneCanvas::event(QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if ((key->key() == Qt::Key_Tab && walk(true)) || (key->key() == Qt::Key_Backtab && walk(false)))
            return true;
    }
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            context_.frame.zoom(1.0 + gesture->value(), toRoom(gesture->position(), context_.frame.centreM()));
            return true;
        }
    }
    if (event->type() == QEvent::Leave)
        pointerInside_ = false;
    return QWidget::event(event);
}

void SceneCanvas::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls() || event->mimeData()->hasFormat(sourcesMimeType))
        event->acceptProposedAction();
}

void SceneCanvas::dropEvent(QDropEvent* event)
{
    const Vec3 place = insideRoom(scene().room, toRoom(event->position(), scene().listener.positionM));
    event->acceptProposedAction();
    if (event->mimeData()->hasFormat(sourcesMimeType)) {
        emit sourcesDropped(event->mimeData()->data(sourcesMimeType), place);
        return;
    }
    QStringList files;
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile())
            files << url.toLocalFile();
    if (!files.isEmpty())
        emit filesDropped(files, place, objectAt(event->position()));
}

QSize SceneCanvas::sizeHint() const
{
    return QSize(40, plane_ == Plane::Plan ? 26 : 16) * fontMetrics().height();
}

QSize SceneCanvas::minimumSizeHint() const
{
    return QSize(16, plane_ == Plane::Plan ? 9 : 6) * fontMetrics().height();
}

} // namespace binaurium
