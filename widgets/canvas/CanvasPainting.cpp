// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/canvas/CanvasPainting.h"

#include "widgets/canvas/RoomFigures.h"
#include "widgets/canvas/SceneCanvas.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/plot/SceneFigure.h"

#include <QPainterPath>
#include <QPixmapCache>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

// A step of 1, 2 or 5 times a power of ten that gives lines at least `pixels` apart.
double niceStepM(double pixelsPerM, double pixels)
{
    const double wanted = pixels / pixelsPerM;
    const double power = std::pow(10.0, std::floor(std::log10(wanted)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= wanted)
            return factor * power;
    return 10.0 * power;
}

QColor faint(QColor colour, double alpha)
{
    colour.setAlphaF(static_cast<float>(alpha));
    return colour;
}

} // namespace

CanvasMargins CanvasMargins::of(const QWidget& view)
{
    const double line = view.fontMetrics().height();
    return {2.8 * line, 2.4 * line, 0.9 * line, 1.9 * line};
}

CanvasPainting::CanvasPainting(QPainter& painter, const SceneCanvas& canvas)
    : painter_(painter), canvas_(canvas), theme_(PlotTheme::of(canvas.palette())), line_(canvas.fontMetrics().height())
{
    painter_.setRenderHint(QPainter::Antialiasing);
}

QString CanvasPainting::groundKey() const
{
    const auto& grid = canvas_.context().options.grid();
    const auto& scene = canvas_.scene();
    const Vec3& centre = canvas_.context().frame.centreM();
    const Vec3& ears = scene.listener.positionM;
    QStringList parts{canvas_.font().key(), theme_.background.name()};
    for (const double number :
         {static_cast<double>(canvas_.plane()), canvas_.devicePixelRatioF(), canvas_.width() * 1.0,
          canvas_.height() * 1.0, canvas_.context().frame.pixelsPerM(), centre.x, centre.y, centre.z,
          scene.room.sizeM.x, scene.room.sizeM.y, scene.room.sizeM.z, scene.room.anechoic ? 1.0 : 0.0,
          grid.snap ? 1.0 : 0.0, grid.polar ? 1.0 : 0.0, grid.stepM, grid.polar ? ears.x : 0.0,
          grid.polar ? ears.y : 0.0, grid.polar ? scene.listener.orientation.yawDeg : 0.0})
        parts << QString::number(number, 'g', 12);
    return parts.join(QLatin1Char(' '));
}

void CanvasPainting::drawGround()
{
    painter_.fillRect(canvas_.rect(), theme_.background);
    if (canvas_.plane() == Plane::Plan && canvas_.context().options.grid().polar)
        drawPolarGrid();
    else
        drawSquareGrid();
    drawRoom();
    drawAxes();
    drawScaleBar();
}

void CanvasPainting::drawAll(CanvasGround& ground)
{
    if (const QString key = groundKey(); key != ground.key) {
        ground.picture = QPixmap(canvas_.size() * canvas_.devicePixelRatioF());
        ground.picture.setDevicePixelRatio(canvas_.devicePixelRatioF());
        QPainter painter(&ground.picture);
        painter.setFont(canvas_.font());
        CanvasPainting(painter, canvas_).drawGround();
        ground.key = key;
    }
    painter_.drawPixmap(QPointF(0, 0), ground.picture);
    drawLevels();
    drawReflections();
    const auto objects = allObjects(canvas_.scene());
    for (const int object : objects)
        drawPath(object);
    if (canvas_.plane() == Plane::Plan)
        drawHeard();
    drawListenerMark();
    for (const int object : objects)
        if (object != listenerObject)
            drawSource(object);
}

QRectF CanvasPainting::room() const
{
    const Vec3& size = canvas_.scene().room.sizeM;
    const QPointF low = canvas_.toWidget({0, 0, 0}), high = canvas_.toWidget(size);
    return QRectF(low, high).normalized();
}

double CanvasPainting::labelStepM() const
{
    return niceStepM(canvas_.context().frame.pixelsPerM(), 2.4 * line_);
}

void CanvasPainting::drawSquareGrid()
{
    const Vec3& size = canvas_.scene().room.sizeM;
    const QRectF area = room();
    const double unit = canvas_.context().frame.pixelsPerM();
    const auto lines = [&](double step, const QColor& colour) {
        painter_.setPen(QPen(colour, 1));
        for (int i = 1; i * step < acrossM(canvas_.plane(), size); ++i) {
            const double x = area.left() + i * step * unit;
            painter_.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        }
        for (int i = 1; i * step < upM(canvas_.plane(), size); ++i) {
            const double y = area.bottom() - i * step * unit;
            painter_.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        }
    };
    painter_.setRenderHint(QPainter::Antialiasing, false);
    const double fine = canvas_.context().options.grid().stepM;
    if (canvas_.context().options.grid().snap && fine < labelStepM() && fine * unit > 7.0)
        lines(fine, faint(theme_.grid, 0.45));
    lines(labelStepM(), theme_.grid);
    painter_.setRenderHint(QPainter::Antialiasing);
}

// Rings and azimuths as the listener has them.
void CanvasPainting::drawPolarGrid()
{
    const auto& listener = canvas_.scene().listener;
    const QPointF centre = canvas_.toWidget(listener.positionM);
    const Vec3& size = canvas_.scene().room.sizeM;
    const double unit = canvas_.context().frame.pixelsPerM();
    const double farthest = std::hypot(size.x, size.y);
    const double step = labelStepM();
    painter_.save();
    painter_.setClipRect(room());
    painter_.setBrush(Qt::NoBrush);
    for (int i = 1; i * step < farthest; ++i) {
        painter_.setPen(QPen(theme_.grid, 1));
        painter_.drawEllipse(centre, i * step * unit, i * step * unit);
    }
    for (int azimuth = 0; azimuth < 360; azimuth += 15) {
        const double angle = radians(azimuth + listener.orientation.yawDeg);
        const QPointF ray(std::cos(angle), -std::sin(angle));
        painter_.setPen(QPen(faint(theme_.grid, azimuth % 30 == 0 ? 1.0 : 0.5), 1));
        painter_.drawLine(centre + 0.5 * step * unit * ray, centre + farthest * unit * ray);
        if (azimuth % 30 != 0)
            continue;
        painter_.setPen(theme_.outline);
        const double at = 2.0 * step * unit;
        const QPointF place = centre + at * ray;
        painter_.drawText(QRectF(place.x() - 2 * line_, place.y() - 0.5 * line_, 4 * line_, line_), Qt::AlignCenter,
                          QString::number(azimuth > 180 ? azimuth - 360 : azimuth) + QChar(0xB0));
    }
    painter_.restore();
}

void CanvasPainting::drawRoom()
{
    const bool open = canvas_.scene().room.anechoic;
    painter_.setPen(QPen(theme_.outline, open ? 1.5 : 3.0, open ? Qt::DashLine : Qt::SolidLine));
    painter_.setBrush(Qt::NoBrush);
    painter_.drawRect(room());
}

void CanvasPainting::drawAxes()
{
    const Vec3& size = canvas_.scene().room.sizeM;
    const QRectF area = room();
    const double unit = canvas_.context().frame.pixelsPerM(), step = labelStepM();
    painter_.setPen(theme_.outline);
    const double bottom = std::min(area.bottom(), canvas_.height() - 1.5 * line_);
    const double left = std::max(area.left(), 2.6 * line_);
    for (int i = 0; i * step <= acrossM(canvas_.plane(), size) + 1e-9; ++i)
        painter_.drawText(QRectF(area.left() + i * step * unit - 2 * line_, bottom + 0.2 * line_, 4 * line_, line_),
                          Qt::AlignCenter, QString::number(i * step));
    for (int i = 0; i * step <= upM(canvas_.plane(), size) + 1e-9; ++i)
        painter_.drawText(QRectF(left - 3.2 * line_, area.bottom() - i * step * unit - 0.5 * line_, 3 * line_, line_),
                          Qt::AlignRight | Qt::AlignVCenter, QString::number(i * step));
    const QString across = canvas_.plane() == Plane::Side ? QStringLiteral("y / m") : QStringLiteral("x / m");
    const QString up = canvas_.plane() == Plane::Plan ? QStringLiteral("y / m") : QStringLiteral("z / m");
    painter_.drawText(QRectF(area.right() + 0.2 * line_, bottom + 0.2 * line_, 5 * line_, line_),
                      Qt::AlignLeft | Qt::AlignVCenter, across);
    painter_.drawText(QRectF(left - 2.6 * line_, std::max(0.0, area.top() - 1.5 * line_), 4 * line_, line_),
                      Qt::AlignLeft | Qt::AlignVCenter, up);
}

void CanvasPainting::drawScaleBar()
{
    const double unit = canvas_.context().frame.pixelsPerM();
    const double step = niceStepM(unit, 5.0 * line_);
    const double right = canvas_.width() - line_, y = canvas_.height() - 0.45 * line_;
    const double left = right - step * unit;
    painter_.setPen(QPen(theme_.text, 1.5));
    painter_.drawLine(QPointF(left, y), QPointF(right, y));
    painter_.drawLine(QPointF(left, y - 0.25 * line_), QPointF(left, y));
    painter_.drawLine(QPointF(right, y - 0.25 * line_), QPointF(right, y));
    const QString text = step >= 1.0 ? SceneCanvas::tr("%1 m").arg(step) : SceneCanvas::tr("%1 cm").arg(100.0 * step);
    painter_.drawText(QRectF(left - 4.2 * line_, y - 0.8 * line_, 4 * line_, line_), Qt::AlignRight | Qt::AlignVCenter,
                      text);
}

// Level re 1 m on rings around the selected source, and where the reverberation becomes as loud as the direct sound.
void CanvasPainting::drawLevels()
{
    const int source = canvas_.context().selection.current();
    if (!canvas_.context().options.grid().levels || source < 0)
        return;
    const auto& figures = RoomFigures::of(canvas_.scene().room);
    const double unit = canvas_.context().frame.pixelsPerM();
    const QPointF centre = canvas_.toWidget(canvas_.shownPose(source).positionM);
    painter_.save();
    painter_.setClipRect(room());
    painter_.setBrush(Qt::NoBrush);
    const auto ring = [&](double distance, const QPen& pen, const QString& text) {
        painter_.setPen(pen);
        painter_.drawEllipse(centre, distance * unit, distance * unit);
        painter_.setPen(theme_.text);
        drawName(centre + distance * unit * QPointF(0.7071, 0.7071) + QPointF(3, 0), text);
    };
    for (const double distance : {0.5, 1.0, 2.0, 4.0, 8.0, 16.0})
        ring(distance, QPen(faint(theme_.accent, 0.7), 1),
             SceneCanvas::tr("%1 m, %2 dB").arg(distance).arg(figures.levelDb(distance), 0, 'f', 1));
    if (figures.criticalDistanceM)
        ring(*figures.criticalDistanceM, QPen(theme_.prediction, 1.5, Qt::DashLine),
             SceneCanvas::tr("critical distance %1 m").arg(*figures.criticalDistanceM, 0, 'f', 2));
    painter_.restore();
}

void CanvasPainting::drawReflections()
{
    if (!canvas_.context().options.grid().reflections)
        return;
    const Scene& scene = canvas_.scene();
    const Vec3 ears = canvas_.shownPose(listenerObject).positionM;
    for (const int object : canvas_.context().selection.sources()) {
        const Vec3 from = canvas_.shownPose(object).positionM;
        const double direct = length(from - ears);
        painter_.setPen(QPen(theme_.text, 1.2));
        painter_.drawLine(canvas_.toWidget(from), canvas_.toWidget(ears));
        for (const auto& reflection : firstReflections(scene.room, from, ears)) {
            const QPointF way[] = {canvas_.toWidget(from), canvas_.toWidget(reflection.atM), canvas_.toWidget(ears)};
            painter_.setPen(QPen(faint(theme_.accent, 0.8), 1.2, Qt::DashLine));
            painter_.drawPolyline(way, 3);
            constexpr double msPerM = 1000.0 / 343.0;
            painter_.setPen(theme_.outline);
            drawName(way[1] + QPointF(0.3 * line_, -0.5 * line_),
                     SceneCanvas::tr("+%1 ms").arg((reflection.lengthM - direct) * msPerM, 0, 'f', 1));
        }
    }
}

void CanvasPainting::drawPath(int object)
{
    const Trajectory& path = trajectoryOf(canvas_.scene(), object);
    if (path.empty())
        return;
    constexpr int stepsPerSegment = 12;
    const bool selected = canvas_.context().selection.contains(object);
    const QColor colour = object == listenerObject ? theme_.listener : PlotTheme::category(object);
    QPolygonF curve;
    const int parts = path.interpolation == PathInterpolation::Smooth ? stepsPerSegment : 1;
    curve << canvas_.toWidget(path.waypoints.front().positionM);
    for (std::size_t i = 1; i < path.waypoints.size(); ++i) {
        const double from = path.waypoints[i - 1].timeS, step = (path.waypoints[i].timeS - from) / parts;
        for (int k = 1; k <= parts; ++k)
            curve << canvas_.toWidget(path.positionM(from + k * step));
    }
    painter_.setPen(QPen(faint(colour, selected ? 1.0 : 0.6), selected ? 2.0 : 1.5));
    painter_.setBrush(Qt::NoBrush);
    painter_.drawPolyline(curve);
    const double r = 0.25 * line_;
    for (const Waypoint& point : path.waypoints) {
        const QPointF at = canvas_.toWidget(point.positionM);
        painter_.setBrush(selected ? QBrush(theme_.background) : QBrush(colour));
        painter_.drawRect(QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r));
        if (!selected || at == canvas_.toWidget(canvas_.shownPose(object).positionM))
            continue; // there stands the name
        painter_.setPen(theme_.outline);
        painter_.drawText(at + QPointF(1.6 * r, 3.4 * r), SceneCanvas::tr("%1 s").arg(point.timeS, 0, 'f', 1));
        painter_.setPen(QPen(colour, 2.0));
    }
}

void CanvasPainting::drawListenerMark()
{
    const Pose pose = canvas_.shownPose(listenerObject);
    const QPointF at = canvas_.toWidget(pose.positionM);
    const double r = canvas_.markRadius();
    // From the side a head that looks along the view shows its nose where it points.
    const double yaw = radians(pose.orientation.yawDeg);
    const double seen = canvas_.plane() == Plane::Front ? std::cos(yaw) : std::sin(yaw);
    const double turn = canvas_.plane() == Plane::Plan ? pose.orientation.yawDeg : seen >= 0.0 ? 0.0 : 180.0;
    drawListener(painter_, at, r, turn, theme_);
    if (!canvas_.context().selection.contains(listenerObject))
        return;
    painter_.setPen(QPen(theme_.accent, 2));
    painter_.setBrush(Qt::NoBrush);
    painter_.drawEllipse(at, 1.7 * r, 1.7 * r);
    if (canvas_.plane() != Plane::Plan)
        return;
    painter_.setBrush(theme_.accent);
    painter_.drawEllipse(canvas_.turnHandle(listenerObject), 0.35 * r, 0.35 * r);
}

void CanvasPainting::drawSource(int object)
{
    const Source& source = canvas_.scene().sources[static_cast<std::size_t>(object)];
    const Pose pose = canvas_.shownPose(object);
    const QPointF at = canvas_.toWidget(pose.positionM);
    const double r = canvas_.markRadius();
    const bool selected = canvas_.context().selection.contains(object);
    const bool plan = canvas_.plane() == Plane::Plan;
    if (selected) {
        painter_.setPen(QPen(theme_.accent, 2));
        painter_.setBrush(Qt::NoBrush);
        painter_.drawEllipse(at, 1.45 * r, 1.45 * r);
    }
    // Where a source is turned matters only where it does not radiate evenly.
    if (plan && source.directivity != Directivity::Omni) {
        painter_.setPen(QPen(selected ? theme_.accent : theme_.outline, 1.5));
        painter_.drawLine(at, canvas_.turnHandle(object));
        painter_.setBrush(selected ? theme_.accent : theme_.outline);
        painter_.drawEllipse(canvas_.turnHandle(object), 0.3 * r, 0.3 * r);
    }
    drawMark(at, object, source.muted);
    painter_.setPen(theme_.text);
    QString text = QString::fromStdString(source.name);
    if (source.muted)
        text += SceneCanvas::tr(" (muted)");
    if (!source.sound.file.empty() && canvas_.context().options.missingFiles().contains(source.sound.file))
        text += SceneCanvas::tr(" (sound missing)");
    drawName(at + QPointF((selected ? 2.0 : 1.6) * r, 0.0), text);
}

// The numbered disc of a source; kept as a picture, since a drag paints all of them again.
void CanvasPainting::drawMark(const QPointF& at, int object, bool muted)
{
    const double r = canvas_.markRadius(), ratio = canvas_.devicePixelRatioF();
    const QString key = QStringLiteral("source mark %1 %2 %3 %4 %5 %6")
                            .arg(object)
                            .arg(muted)
                            .arg(r)
                            .arg(ratio)
                            .arg(theme_.background.name(), canvas_.font().key());
    const double half = std::ceil(r) + 1.0;
    QPixmap mark;
    if (!QPixmapCache::find(key, &mark)) {
        mark = QPixmap((QSizeF(2.0 * half, 2.0 * half) * ratio).toSize());
        mark.setDevicePixelRatio(ratio);
        mark.fill(Qt::transparent);
        QPainter painter(&mark);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setFont(canvas_.font());
        painter.setPen(QPen(muted ? theme_.outline : theme_.background, 1, muted ? Qt::DotLine : Qt::SolidLine));
        painter.setBrush(muted ? theme_.grid : PlotTheme::category(object));
        painter.drawEllipse(QPointF(half, half), r, r);
        // On the categories' colours dark text has the better contrast.
        painter.setPen(muted ? theme_.text : QColor(0x20, 0x24, 0x28));
        painter.drawText(QRectF(0, 0, 2.0 * half, 2.0 * half), Qt::AlignCenter, QString::number(object + 1));
        painter.end();
        QPixmapCache::insert(key, mark);
    }
    painter_.drawPixmap(at - QPointF(half, half), mark);
}

void CanvasPainting::drawName(const QPointF& at, const QString& text)
{
    constexpr int tries = 4;
    const double width = canvas_.fontMetrics().horizontalAdvance(text);
    QRectF place(at.x(), at.y() - 0.5 * line_, width, line_);
    const auto taken = [&](const QRectF& other) { return other.intersects(place); };
    for (int i = 0; i < tries && std::any_of(written_.begin(), written_.end(), taken); ++i)
        place.translate(0, 0.75 * line_);
    written_.push_back(place);
    painter_.drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, text);
}

void CanvasPainting::drawHeard()
{
    const auto& heard = canvas_.context().options.heard();
    if (!heard)
        return;
    const Pose listener = canvas_.shownPose(listenerObject);
    const QPointF centre = canvas_.toWidget(listener.positionM);
    const double r = 0.8 * canvas_.markRadius();
    // The posterior as a curve around the head: the farther out, the more likely.
    const float top = *std::max_element(heard->posterior.begin(), heard->posterior.end());
    if (top > 0.0F) {
        const double inner = 2.2 * canvas_.markRadius(), outer = 3.6 * canvas_.markRadius();
        QPainterPath curve;
        for (std::size_t k = 0; k <= azimuthBinCount; ++k) {
            const double angle = radians(5.0 * static_cast<double>(k) + listener.orientation.yawDeg);
            const double radius = inner + outer * static_cast<double>(heard->posterior[k % azimuthBinCount] / top);
            const QPointF p = centre + radius * QPointF(std::cos(angle), -std::sin(angle));
            k == 0 ? curve.moveTo(p) : curve.lineTo(p);
        }
        painter_.setPen(QPen(theme_.posterior, 1.5));
        painter_.setBrush(faint(theme_.posterior, 0.25));
        painter_.drawPath(curve);
    }
    for (const auto& s : heard->sources) {
        const Vec3 direction = HeadRotation(listener.orientation).toRoom(unitVector({s.azimuthDeg, s.elevationDeg}));
        const QPointF at = canvas_.toWidget(listener.positionM + s.distanceM * direction);
        painter_.setPen(QPen(theme_.prediction, 1.5, Qt::DashLine));
        painter_.drawLine(centre, at);
        painter_.setPen(QPen(theme_.prediction, 2));
        painter_.setBrush(theme_.background);
        const QPointF corners[] = {at + QPointF(0, -r), at + QPointF(r, 0), at + QPointF(0, r), at + QPointF(-r, 0)};
        painter_.drawConvexPolygon(corners, 4);
        painter_.setPen(theme_.prediction);
        painter_.drawText(at + QPointF(1.4 * r, -0.4 * r),
                          SceneCanvas::tr("heard: %1").arg(QString::fromStdString(s.label)));
    }
}

} // namespace binaurium
