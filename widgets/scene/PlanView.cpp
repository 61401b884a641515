// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/PlanView.h"

#include "widgets/document/SceneCommands.h"
#include "widgets/plot/SceneFigure.h"

#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <cmath>

namespace binaurium {
namespace {

constexpr double snapStepM = 0.1;
constexpr double fineStepM = 0.01; // arrows without snap
constexpr double turnSnapDeg = 15.0;
constexpr double smallestHitPx = 12.0; // half of the 24 pixels that a finger or an unsteady hand needs
constexpr double zoomPerNotch = 1.2;

double snapped(double value, double step)
{
    return std::round(value / step) * step;
}

} // namespace

PlanView::PlanView(SceneDocument& document, QWidget* parent) : QWidget(parent), document_(document)
{
    setAccessibleName(tr("Plan of the room"));
    setAccessibleDescription(tr("Tab chooses an object, arrow keys move it, Page Up and Page Down raise and lower it"));
    setFocusPolicy(Qt::StrongFocus);
    setAcceptDrops(true);
    setMouseTracking(true);
    connect(&document_, &SceneDocument::changed, this, &PlanView::onChanged);
}

void PlanView::onChanged(const SceneChange& change)
{
    if (change.kind == SceneChange::Kind::SourceAdded)
        select(change.source);
    if (change.kind == SceneChange::Kind::SourceRemoved || change.kind == SceneChange::Kind::Everything)
        if (selection_ >= static_cast<int>(document_.scene().sources.size()))
            select(static_cast<int>(document_.scene().sources.size()) - 1);
    if (change.kind == SceneChange::Kind::Everything)
        heard_.reset();
    update();
}

void PlanView::setHeard(std::optional<Localization> heard)
{
    heard_ = std::move(heard);
    update();
}

void PlanView::select(int index)
{
    if (index == selection_)
        return;
    selection_ = index;
    nudgeKey_ = 0;
    emit selectionChanged(index);
    update();
}

double PlanView::unit() const
{
    const Vec3& room = document_.scene().room.sizeM;
    const double margin = 2.5 * fontMetrics().height();
    return zoom_ * std::max(4.0, std::min((width() - 2.0 * margin) / room.x, (height() - 2.0 * margin) / room.y));
}

double PlanView::markRadius() const
{
    return 0.6 * fontMetrics().height();
}

QPointF PlanView::toWidget(const Vec3& p) const
{
    const Vec3& room = document_.scene().room.sizeM;
    return QRectF(rect()).center() + pan_ + QPointF((p.x - 0.5 * room.x) * unit(), -(p.y - 0.5 * room.y) * unit());
}

Vec3 PlanView::toRoom(const QPointF& point, double heightM) const
{
    const Vec3& room = document_.scene().room.sizeM;
    const QPointF offset = point - QRectF(rect()).center() - pan_;
    return {0.5 * room.x + offset.x() / unit(), 0.5 * room.y - offset.y() / unit(), heightM};
}

QPointF PlanView::noseHandle() const
{
    const auto& listener = document_.scene().listener;
    const double yaw = radians(listener.orientation.yawDeg);
    return toWidget(listener.positionM) + 2.6 * markRadius() * QPointF(std::cos(yaw), -std::sin(yaw));
}

Vec3 PlanView::positionOf(int index) const
{
    const Scene& scene = document_.scene();
    return index == listenerIndex ? scene.listener.positionM : scene.sources[static_cast<std::size_t>(index)].positionM;
}

int PlanView::objectAt(const QPointF& point) const
{
    const double reach = std::max(smallestHitPx, markRadius());
    int best = nothing;
    double nearest = reach;
    for (int i = static_cast<int>(document_.scene().sources.size()) - 1; i >= listenerIndex; --i) {
        const QPointF offset = toWidget(positionOf(i)) - point;
        const double distance = std::hypot(offset.x(), offset.y());
        if (distance < nearest) {
            nearest = distance;
            best = i;
        }
    }
    return best;
}

void PlanView::moveSelected(const Vec3& positionM, std::uint64_t mergeKey)
{
    if (selection_ == listenerIndex)
        moveListener(document_, positionM, mergeKey);
    else if (selection_ >= 0)
        moveSource(document_, selection_, positionM, mergeKey);
}

void PlanView::mousePressEvent(QMouseEvent* event)
{
    setFocus();
    dragStart_ = document_.scene().listener;
    dragKey_ = newMergeKey();
    if (event->button() == Qt::MiddleButton) {
        drag_ = Drag::Pan;
        panStart_ = event->position() - pan_;
        return;
    }
    if (event->button() != Qt::LeftButton)
        return;
    const QPointF toHandle = event->position() - noseHandle();
    if (selection_ == listenerIndex &&
        std::hypot(toHandle.x(), toHandle.y()) < std::max(smallestHitPx, 0.7 * markRadius())) {
        drag_ = Drag::Turn;
        return;
    }
    const int object = objectAt(event->position());
    if (object == nothing)
        return;
    select(object);
    grabOffset_ = toWidget(positionOf(object)) - event->position();
    dragStart_.positionM = positionOf(object);
    drag_ = Drag::Move;
}

void PlanView::mouseMoveEvent(QMouseEvent* event)
{
    if (drag_ == Drag::Pan) {
        pan_ = event->position() - panStart_;
        update();
    } else if (drag_ == Drag::Move) {
        const Vec3 before = positionOf(selection_);
        Vec3 p = toRoom(event->position() + grabOffset_, before.z);
        const bool snapping = snap_ != event->modifiers().testFlag(Qt::ControlModifier);
        if (snapping) {
            p.x = snapped(p.x, snapStepM);
            p.y = snapped(p.y, snapStepM);
        }
        moveSelected(p, dragKey_);
    } else if (drag_ == Drag::Turn) {
        const QPointF arm = event->position() - toWidget(document_.scene().listener.positionM);
        double yaw = degrees(std::atan2(-arm.y(), arm.x()));
        if (snap_ != event->modifiers().testFlag(Qt::ControlModifier))
            yaw = snapped(yaw, turnSnapDeg);
        rotateListener(document_, yaw, dragKey_);
    } else {
        const bool over = objectAt(event->position()) != nothing;
        setCursor(over ? Qt::OpenHandCursor : Qt::ArrowCursor);
    }
}

void PlanView::mouseReleaseEvent(QMouseEvent*)
{
    drag_ = Drag::None;
}

void PlanView::abortDrag()
{
    // Back to the start under the same merge key: the step becomes obsolete and leaves nothing to redo.
    if (drag_ == Drag::Move && positionOf(selection_) != dragStart_.positionM)
        moveSelected(dragStart_.positionM, dragKey_);
    if (drag_ == Drag::Turn && document_.scene().listener.orientation != dragStart_.orientation)
        rotateListener(document_, dragStart_.orientation.yawDeg, dragKey_);
    drag_ = Drag::None;
}

void PlanView::wheelEvent(QWheelEvent* event)
{
    const Vec3 under = toRoom(event->position(), 0.0);
    zoom_ = std::clamp(zoom_ * std::pow(zoomPerNotch, event->angleDelta().y() / 120.0), 0.2, 20.0);
    pan_ += event->position() - toWidget(under); // what is under the pointer stays there
    update();
}

void PlanView::fitRoom()
{
    zoom_ = 1.0;
    pan_ = {};
    update();
}

void PlanView::nudge(const QKeyEvent& event, double x, double y)
{
    double step = snap_ ? snapStepM : fineStepM;
    if (event.modifiers().testFlag(Qt::ShiftModifier))
        step *= 10.0;
    if (event.modifiers().testFlag(Qt::AltModifier))
        step /= 10.0;
    if (nudgeKey_ == 0)
        nudgeKey_ = newMergeKey(); // one burst of presses is one step
    Vec3 p = positionOf(selection_);
    p.x += x * step;
    p.y += y * step;
    moveSelected(p, nudgeKey_);
}

void PlanView::keyPressEvent(QKeyEvent* event)
{
    const bool hasObject = selection_ != nothing;
    Vec3 p = hasObject ? positionOf(selection_) : Vec3{};
    switch (event->key()) {
    case Qt::Key_Left:
        hasObject ? nudge(*event, -1, 0) : void();
        return;
    case Qt::Key_Right:
        hasObject ? nudge(*event, 1, 0) : void();
        return;
    case Qt::Key_Up:
        hasObject ? nudge(*event, 0, 1) : void();
        return;
    case Qt::Key_Down:
        hasObject ? nudge(*event, 0, -1) : void();
        return;
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        if (!hasObject)
            return;
        p.z += event->key() == Qt::Key_PageUp ? snapStepM : -snapStepM;
        moveSelected(p, nudgeKey_ = nudgeKey_ == 0 ? newMergeKey() : nudgeKey_);
        return;
    case Qt::Key_Escape:
        abortDrag();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

bool PlanView::event(QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        // Tab walks through the objects first and leaves the view at the end, so that nobody is trapped.
        auto* key = static_cast<QKeyEvent*>(event);
        const int last = static_cast<int>(document_.scene().sources.size()) - 1;
        if (key->key() == Qt::Key_Tab && selection_ < last) {
            select(selection_ + 1);
            return true;
        }
        if (key->key() == Qt::Key_Backtab && selection_ > listenerIndex) {
            select(selection_ - 1);
            return true;
        }
    }
    return QWidget::event(event);
}

void PlanView::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void PlanView::dropEvent(QDropEvent* event)
{
    QStringList files;
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile())
            files << url.toLocalFile();
    if (!files.isEmpty())
        emit filesDropped(files, insideRoom(document_.scene().room,
                                            toRoom(event->position(), document_.scene().listener.positionM.z)));
    event->acceptProposedAction();
}

QSize PlanView::sizeHint() const
{
    return QSize(40, 30) * fontMetrics().height();
}

QSize PlanView::minimumSizeHint() const
{
    return QSize(16, 12) * fontMetrics().height();
}

} // namespace binaurium
