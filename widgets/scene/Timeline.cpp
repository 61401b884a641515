// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/Timeline.h"

#include "widgets/document/ObjectCommands.h"
#include "widgets/document/PathEdits.h"
#include "widgets/document/SceneCommands.h"
#include "widgets/plot/PlotTheme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double snapS = 0.1;
constexpr double shortestS = 0.05; // of a bar
constexpr double gripPx = 7.0;

// Steps of the ruler that leave room for their numbers.
double rulerStepS(double pixelsPerS, double pixels)
{
    for (const double step : {0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0})
        if (step * pixelsPerS >= pixels)
            return step;
    return 120.0;
}

} // namespace

Timeline::Timeline(SceneDocument& document, Selection& selection, QWidget* parent)
    : QAbstractScrollArea(parent), document_(document), selection_(selection)
{
    setAccessibleName(tr("Time line"));
    setAccessibleDescription(tr("When each source sounds; arrow keys move the selected ones, with Alt their ends. The "
                                "table has the same numbers"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    viewport()->setMouseTracking(true);
    connect(&document_, &SceneDocument::changed, this, [this](const SceneChange& change) {
        if (change.renumbers())
            drag_ = {};
        onChanged();
    });
    connect(&selection_, &Selection::changed, this, [this] {
        nudgeKey_ = 0;
        viewport()->update();
    });
    onChanged();
}

void Timeline::onChanged()
{
    const double rows = rowHeight() * static_cast<double>(document_.scene().sources.size()) + rulerHeight();
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(rows) - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(static_cast<int>(rowHeight()));
    viewport()->update();
}

void Timeline::setPlayedS(std::optional<double> timeS)
{
    if (timeS == playedS_)
        return;
    playedS_ = timeS;
    viewport()->update();
}

double Timeline::rowHeight() const
{
    return 1.5 * fontMetrics().height();
}

double Timeline::rulerHeight() const
{
    return 1.4 * fontMetrics().height();
}

double Timeline::nameWidth() const
{
    return std::min(9.0 * fontMetrics().height(), 0.25 * viewport()->width());
}

double Timeline::xOf(double timeS) const
{
    const double free = viewport()->width() - nameWidth() - fontMetrics().height();
    return nameWidth() + free * timeS / document_.scene().durationS;
}

double Timeline::timeAt(double x) const
{
    const double free = std::max(1.0, viewport()->width() - nameWidth() - fontMetrics().height());
    return (x - nameWidth()) / free * document_.scene().durationS;
}

QRectF Timeline::barOf(int source) const
{
    const auto range = activeRange(document_.scene(), source);
    const double top = rulerHeight() + rowHeight() * source - verticalScrollBar()->value();
    return {QPointF(xOf(range.startS), top + 0.15 * rowHeight()), QPointF(xOf(range.endS), top + 0.85 * rowHeight())};
}

Timeline::Hit Timeline::hitAt(const QPointF& at) const
{
    if (at.y() < rulerHeight())
        return {Grip::Ruler, noObject, 0};
    for (int i = 0; i < static_cast<int>(document_.scene().sources.size()); ++i) {
        const QRectF bar = barOf(i);
        if (at.y() < bar.top() || at.y() > bar.bottom())
            continue;
        const auto& points = trajectoryOf(document_.scene(), i).waypoints;
        for (std::size_t k = 1; k + 1 < points.size(); ++k) // the first and last lie under the ends of the bar
            if (std::abs(xOf(points[k].timeS) - at.x()) < gripPx)
                return {Grip::Waypoint, i, k};
        if (std::abs(at.x() - bar.left()) < gripPx && (at.x() < bar.center().x()))
            return {Grip::Start, i, 0};
        if (std::abs(at.x() - bar.right()) < gripPx)
            return {Grip::End, i, 0};
        return {bar.contains(at) ? Grip::Bar : Grip::None, i, 0};
    }
    return {};
}

void Timeline::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    drag_ = hitAt(event->position());
    start_ = document_.scene();
    pressedS_ = timeAt(event->position().x());
    key_ = newMergeKey();
    if (drag_.grip == Grip::Ruler)
        emit seekWanted(std::clamp(pressedS_, 0.0, document_.scene().durationS));
    else if (event->modifiers().testFlag(Qt::ControlModifier) && drag_.source != noObject)
        selection_.toggle(drag_.source);
    else if (drag_.source == noObject || !selection_.contains(drag_.source))
        selection_.setOnly(drag_.source);
}

void Timeline::mouseMoveEvent(QMouseEvent* event)
{
    if (!event->buttons().testFlag(Qt::LeftButton)) {
        const Grip grip = hitAt(event->position()).grip;
        viewport()->setCursor(grip == Grip::Start || grip == Grip::End || grip == Grip::Waypoint ? Qt::SizeHorCursor
                              : grip == Grip::Bar                                                ? Qt::OpenHandCursor
                                                                                                 : Qt::ArrowCursor);
        return;
    }
    if (drag_.grip == Grip::Ruler)
        emit seekWanted(std::clamp(timeAt(event->position().x()), 0.0, document_.scene().durationS));
    else if (drag_.grip != Grip::None)
        applyDrag(timeAt(event->position().x()) - pressedS_, !event->modifiers().testFlag(Qt::ControlModifier));
}

void Timeline::applyDrag(double byS, bool snap)
{
    const auto range = activeRange(start_, drag_.source);
    const double from = drag_.grip == Grip::End ? range.endS
                        : drag_.grip == Grip::Waypoint
                            ? trajectoryOf(start_, drag_.source).waypoints[drag_.waypoint].timeS
                            : range.startS;
    if (drag_.grip == Grip::Waypoint && trajectoryOf(document_.scene(), drag_.source).waypoints.size() !=
                                            trajectoryOf(start_, drag_.source).waypoints.size()) {
        drag_ = {}; // undone meanwhile
        return;
    }
    if (snap)
        byS = snapS * std::round((from + byS) / snapS) - from;
    if (drag_.grip == Grip::Waypoint) {
        const auto& points = trajectoryOf(start_, drag_.source).waypoints;
        constexpr double apartS = 0.01; // time goes on from waypoint to waypoint
        const double time = std::clamp(from + byS, points[drag_.waypoint - 1].timeS + apartS,
                                       points[drag_.waypoint + 1].timeS - apartS);
        editObjects(
            document_, tr("Change waypoint of %1").arg(nameOf(start_, {drag_.source})), {drag_.source},
            [&](Scene& scene, int object) { trajectoryOf(scene, object).waypoints[drag_.waypoint].timeS = time; },
            key_);
        return;
    }
    const auto sources = drag_.grip == Grip::Bar ? selection_.sources() : std::vector<int>{drag_.source};
    const QString what = drag_.grip == Grip::Bar     ? tr("Move %1 in time")
                         : drag_.grip == Grip::Start ? tr("Change start of %1")
                                                     : tr("Change end of %1");
    shift(sources, start_, drag_.grip == Grip::End ? 0.0 : byS, drag_.grip == Grip::Start ? 0.0 : byS, key_,
          what.arg(nameOf(start_, sources)));
}

// Start and end by so much, as far as all bars stay inside of the scene and none becomes too short.
void Timeline::shift(const std::vector<int>& sources, const Scene& start, double startByS, double endByS,
                     std::uint64_t mergeKey, const QString& what)
{
    const double duration = start.durationS;
    for (const int source : sources) {
        const auto range = activeRange(start, source);
        const double length = range.endS - range.startS;
        if (startByS != 0.0 && endByS != 0.0) { // as a whole
            // A bar without an end of its own gets shorter instead of going beyond the scene.
            const bool open = start.sources[static_cast<std::size_t>(source)].endS == 0.0;
            const double most = open ? length - shortestS : duration - range.endS;
            startByS = endByS = std::clamp(startByS, -range.startS, std::max(0.0, most));
        } else {
            startByS = std::clamp(startByS, -range.startS, std::max(0.0, length - shortestS));
            endByS = std::clamp(endByS, -std::max(0.0, length - shortestS), std::max(0.0, duration - range.endS));
        }
    }
    Scene changed = start;
    for (const int object : sources) {
        Source& source = sourceAt(changed, object);
        const auto range = activeRange(start, object);
        source.startS = range.startS + startByS;
        const double end = range.endS + endByS;
        const bool toTheEnd = source.endS == 0.0 && endByS >= 0.0;
        source.endS = toTheEnd || (endByS != 0.0 && end >= duration) ? 0.0 : (endByS == 0.0 ? source.endS : end);
    }
    if (!(changed == document_.scene()))
        document_.push(new ChangeObjects(document_, what, changed, sources, mergeKey));
}

void Timeline::mouseReleaseEvent(QMouseEvent*)
{
    drag_ = {};
}

void Timeline::mouseDoubleClickEvent(QMouseEvent* event)
{
    const Hit hit = hitAt(event->position());
    if (hit.source == noObject || hit.grip == Grip::Ruler)
        return;
    editObjects(document_, tr("Change loop of %1").arg(nameOf(document_.scene(), {hit.source})), {hit.source},
                [](Scene& scene, int object) { sourceAt(scene, object).loop = !sourceAt(scene, object).loop; });
}

void Timeline::keyPressEvent(QKeyEvent* event)
{
    const bool left = event->key() == Qt::Key_Left, right = event->key() == Qt::Key_Right;
    if (event->key() == Qt::Key_Escape && drag_.source != noObject) {
        if (!(start_ == document_.scene()))
            document_.push(new ChangeObjects(
                document_, {}, start_, drag_.grip == Grip::Bar ? selection_.sources() : std::vector<int>{drag_.source},
                key_));
        drag_ = {};
    } else if (left || right) {
        const double by = (left ? -1.0 : 1.0) * snapS * (event->modifiers().testFlag(Qt::ShiftModifier) ? 10.0 : 1.0);
        if (nudgeKey_ == 0)
            nudgeKey_ = newMergeKey();
        const bool end = event->modifiers().testFlag(Qt::AltModifier);
        const auto sources = selection_.sources();
        if (!sources.empty())
            shift(sources, document_.scene(), end ? 0.0 : by, by, nudgeKey_,
                  tr("Move %1 in time").arg(nameOf(document_.scene(), sources)));
    } else {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void Timeline::resizeEvent(QResizeEvent*)
{
    onChanged();
}

void Timeline::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    const auto theme = PlotTheme::of(palette());
    painter.fillRect(viewport()->rect(), theme.background);
    for (int i = 0; i < static_cast<int>(document_.scene().sources.size()); ++i)
        paintRow(painter, i);
    paintRuler(painter);
    if (playedS_) {
        painter.setPen(QPen(theme.prediction, 1.5));
        const double x = xOf(*playedS_);
        painter.drawLine(QPointF(x, 0), QPointF(x, viewport()->height()));
    }
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 1, Qt::DotLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(viewport()->rect().adjusted(1, 1, -2, -2));
    }
}

void Timeline::paintRuler(QPainter& painter) const
{
    const auto theme = PlotTheme::of(palette());
    const double line = fontMetrics().height();
    painter.fillRect(QRectF(0, 0, viewport()->width(), rulerHeight()), theme.background);
    const double pixelsPerS = xOf(1.0) - xOf(0.0);
    const double step = rulerStepS(pixelsPerS, 3.0 * line);
    painter.setPen(theme.outline);
    painter.drawText(QRectF(0.3 * line, 0, nameWidth(), rulerHeight()), Qt::AlignLeft | Qt::AlignVCenter, tr("t / s"));
    for (int i = 0; i * step <= document_.scene().durationS + 1e-9; ++i) {
        const double x = xOf(i * step);
        painter.drawLine(QPointF(x, 0.75 * rulerHeight()), QPointF(x, rulerHeight()));
        painter.drawText(QRectF(x - 2 * line, 0, 4 * line, 0.8 * rulerHeight()), Qt::AlignCenter,
                         QString::number(i * step));
    }
    painter.drawLine(QPointF(0, rulerHeight()), QPointF(viewport()->width(), rulerHeight()));
}

void Timeline::paintRow(QPainter& painter, int index) const
{
    const auto theme = PlotTheme::of(palette());
    const Source& source = document_.scene().sources[static_cast<std::size_t>(index)];
    const QRectF bar = barOf(index);
    if (bar.bottom() < 0 || bar.top() > viewport()->height())
        return;
    const double line = fontMetrics().height();
    painter.setPen(theme.text);
    const QString name = QStringLiteral("%1 %2").arg(index + 1).arg(QString::fromStdString(source.name));
    const QRectF words(0.3 * line, bar.top(), nameWidth() - 0.6 * line, bar.height());
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(name, Qt::ElideRight, static_cast<int>(words.width())));
    QColor fill = source.muted ? theme.grid : PlotTheme::category(index);
    fill.setAlphaF(0.75F);
    const bool selected = selection_.contains(index);
    painter.setPen(QPen(selected ? theme.accent : fill, selected ? 2 : 1));
    painter.setBrush(fill);
    painter.drawRoundedRect(bar, 3, 3);
    painter.setPen(QColor(0x20, 0x24, 0x28));
    if (source.loop)
        painter.drawText(bar.adjusted(0.5 * line, 0, -0.5 * line, 0), Qt::AlignRight | Qt::AlignVCenter, tr("loops"));
    const auto& points = source.trajectory.waypoints;
    for (const Waypoint& point : points) {
        painter.setPen(QPen(theme.text, 1.5));
        painter.drawLine(QPointF(xOf(point.timeS), bar.top()), QPointF(xOf(point.timeS), bar.bottom()));
    }
}

QSize Timeline::sizeHint() const
{
    return QSize(40, 7) * fontMetrics().height();
}

QSize Timeline::minimumSizeHint() const
{
    return QSize(16, 3) * fontMetrics().height();
}

} // namespace binaurium
