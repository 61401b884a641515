// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/SceneFigure.h"

#include "core/dataset/Labels.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace binaurium {
namespace {

struct SceneFigureWords
{
    Q_DECLARE_TR_FUNCTIONS(SceneFigure)
};

// 0 degrees up, anticlockwise.
QPointF polar(const QPointF& centre, double radius, double azimuthDeg)
{
    const double angle = radians(azimuthDeg + 90.0);
    return centre + QPointF(radius * std::cos(angle), -radius * std::sin(angle));
}

void drawDiamond(QPainter& painter, const QPointF& at, double r)
{
    const QPointF corners[] = {at + QPointF(0, -r), at + QPointF(r, 0), at + QPointF(0, r), at + QPointF(-r, 0)};
    painter.drawConvexPolygon(corners, 4);
}

// Text beside a point, kept inside `area`.
void drawLabel(QPainter& painter, const QPointF& at, double offset, const QString& text, const QRectF& area)
{
    const QFontMetricsF metrics(painter.font());
    const double width = metrics.horizontalAdvance(text);
    double x = at.x() + offset;
    if (x + width > area.right())
        x = at.x() - offset - width;
    const double y =
        std::clamp(at.y() + 0.35 * metrics.ascent(), area.top() + metrics.ascent(), area.bottom() - metrics.descent());
    painter.drawText(QPointF(std::max(x, area.left()), y), text);
}

void drawLegend(QPainter& painter, const QRectF& area, bool withTruth, const PlotTheme& theme)
{
    const QFontMetricsF metrics(painter.font());
    const double r = 0.35 * metrics.height();
    double y = area.bottom() - 0.6 * metrics.height();
    const auto entry = [&](const QString& text, bool diamond, const QColor& colour) {
        painter.setPen(QPen(colour, r * 0.35));
        painter.setBrush(Qt::NoBrush);
        const QPointF at(area.left() + r, y);
        if (diamond)
            drawDiamond(painter, at, r);
        else
            painter.drawEllipse(at, r * 0.8, r * 0.8);
        painter.setPen(theme.text);
        painter.drawText(QPointF(area.left() + 2.8 * r, y + 0.35 * metrics.ascent()), text);
        y -= 1.2 * metrics.height();
    };
    entry(SceneFigureWords::tr("model"), true, theme.prediction);
    if (withTruth)
        entry(SceneFigureWords::tr("truth"), false, theme.truth);
}

constexpr double markRadius = 0.86; // of the circle

// A mark with its words: towards the centre, where no direction is written, and below earlier words that stand there.
void drawPrediction(QPainter& painter, const QPointF& centre, double radius, const AzimuthData::Mark& mark,
                    const PlotTheme& theme, std::vector<QRectF>& written)
{
    constexpr double doubtful = 0.1; // of the belief
    const QFontMetricsF metrics(painter.font());
    const double line = metrics.height();
    const auto write = [&](const QPointF& at, const QString& words) {
        const double width = metrics.horizontalAdvance(words);
        QRectF place(at.x() > centre.x() ? at.x() - 0.7 * line - width : at.x() + 0.7 * line, at.y() - 0.5 * line,
                     width, line);
        while (
            std::any_of(written.begin(), written.end(), [&](const QRectF& other) { return other.intersects(place); }))
            place.translate(0, 0.5 * line);
        written.push_back(place);
        QColor behind = theme.background;
        behind.setAlphaF(0.75F);
        painter.fillRect(place, behind);
        painter.setPen(theme.text);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, words);
    };
    const QPointF at = polar(centre, markRadius * radius, mark.azimuthDeg);
    if (mark.mirrorShare >= doubtful) {
        const QPointF other = polar(centre, markRadius * radius, mirroredAzimuthDeg(mark.azimuthDeg));
        painter.setPen(QPen(theme.prediction, line * 0.08, Qt::DashLine));
        painter.drawLine(at, other);
        painter.setPen(QPen(theme.prediction, line * 0.1));
        painter.setBrush(theme.background);
        drawDiamond(painter, other, 0.3 * line);
        write(other, SceneFigureWords::tr("or here: %1 %").arg(100.0 * mark.mirrorShare, 0, 'f', 0));
    }
    painter.setBrush(PlotTheme::category(mark.slot));
    painter.setPen(QPen(theme.prediction, line * 0.16));
    drawDiamond(painter, at, 0.45 * line);
    write(at, SceneFigureWords::tr("%1, %2 m, %3 %")
                  .arg(mark.label)
                  .arg(mark.distanceM, 0, 'f', 1)
                  .arg(100.0 * mark.confidence, 0, 'f', 0));
}

// Metres to painter units of a plan.
struct PlanScale
{
    QPointF origin; // of x = 0, y = 0
    double unit;
    [[nodiscard]] QPointF at(const Vec3& p) const { return origin + QPointF(p.x * unit, -p.y * unit); }
};

PlanScale planScale(const QRectF& area, const Vec3& room)
{
    const double unit = std::min(area.width() / room.x, area.height() / room.y);
    return {{area.center().x() - 0.5 * room.x * unit, area.center().y() + 0.5 * room.y * unit}, unit};
}

// Belief within 15 degrees of a direction, as in LocalizedSource::confidence.
double massAround(const std::array<float, azimuthBinCount>& posterior, double azimuthDeg)
{
    constexpr double widthDeg = 15.0;
    double mass = 0.0;
    for (std::size_t k = 0; k < posterior.size(); ++k)
        if (azimuthDifferenceDeg(5.0 * static_cast<double>(k), azimuthDeg) <= widthDeg)
            mass += static_cast<double>(posterior[k]);
    return mass;
}

// Near the axis through the ears the two directions are one.
double mirrorShare(const std::array<float, azimuthBinCount>& posterior, double azimuthDeg)
{
    constexpr double apartDeg = 40.0;
    const double other = mirroredAzimuthDeg(azimuthDeg);
    if (azimuthDifferenceDeg(azimuthDeg, other) < apartDeg)
        return 0.0;
    const double here = massAround(posterior, azimuthDeg), there = massAround(posterior, other);
    return here + there > 0.0 ? there / (here + there) : 0.0;
}

// The slot that most often heard something in this direction; the sources of a whole clip are numbered by strength.
int slotTowards(const Localization& l, double azimuthDeg, int otherwise)
{
    constexpr double nearDeg = 20.0;
    std::map<int, int> frames;
    for (const auto& frame : l.frames)
        for (const auto& source : frame.sources)
            if (azimuthDifferenceDeg(source.azimuthDeg, azimuthDeg) < nearDeg)
                ++frames[source.id];
    const auto most = std::max_element(frames.begin(), frames.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == frames.end() ? otherwise : most->first;
}

} // namespace

QString labelWords(const std::string& id)
{
    const Label* label = findLabel(id);
    return QString::fromUtf8(label != nullptr ? label->words : id.c_str());
}

double mirroredAzimuthDeg(double azimuthDeg)
{
    return wrapDegrees(180.0 - azimuthDeg);
}

Localization frameAt(const Localization& l, double timeS)
{
    Localization one;
    one.durationS = l.frameS;
    one.frameS = l.frameS;
    if (l.frames.empty())
        return one;
    const auto nearest = std::min_element(l.frames.begin(), l.frames.end(), [timeS](const auto& a, const auto& b) {
        return std::abs(a.timeS - timeS) < std::abs(b.timeS - timeS);
    });
    one.frames = {*nearest};
    one.sources = nearest->sources;
    one.posterior = nearest->posterior;
    return one;
}

AzimuthData azimuthData(const Localization& l, const Scene* truth)
{
    AzimuthData data;
    data.posterior = l.posterior;
    data.hasPosterior = !l.frames.empty();
    for (const auto& s : l.sources)
        data.predicted.push_back({labelWords(s.label), s.azimuthDeg, s.distanceM, s.confidence,
                                  slotTowards(l, s.azimuthDeg, s.id),
                                  data.hasPosterior ? mirrorShare(l.posterior, s.azimuthDeg) : 0.0});
    if (truth != nullptr)
        for (const Source& source : truth->sources) {
            if (source.muted)
                continue;
            const auto p = relativePosition(truth->listener, source.positionM);
            data.truth.push_back(
                {QString::fromStdString(source.name), p.direction.azimuthDeg, p.distanceM, 1.0, 0, 0.0});
        }
    return data;
}

void drawListener(QPainter& painter, const QPointF& centre, double radius, double yawDeg, const PlotTheme& theme)
{
    painter.save();
    painter.translate(centre);
    painter.rotate(-yawDeg);
    painter.setPen(QPen(theme.listener, std::max(1.0, radius * 0.14)));
    painter.setBrush(theme.background);
    painter.drawEllipse(QPointF(0, -radius), radius * 0.35, radius * 0.2); // left ear
    painter.drawEllipse(QPointF(0, radius), radius * 0.35, radius * 0.2);
    QPainterPath nose;
    nose.moveTo(radius * 0.9, -radius * 0.35);
    nose.lineTo(radius * 1.5, 0);
    nose.lineTo(radius * 0.9, radius * 0.35);
    painter.drawPath(nose);
    painter.drawEllipse(QPointF(0, 0), radius, radius);
    painter.restore();
}

void drawAzimuth(QPainter& painter, const QRectF& area, const AzimuthData& data, const PlotTheme& theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(area, theme.background);
    const QFontMetricsF metrics(painter.font());
    const double line = metrics.height();
    const QPointF centre = area.center();
    const double sideWords = std::max(metrics.horizontalAdvance(SceneFigureWords::tr("left 90°")),
                                      metrics.horizontalAdvance(SceneFigureWords::tr("right −90°")));
    const double radius = std::min(0.5 * area.height() - 1.6 * line, 0.5 * area.width() - sideWords - 0.8 * line);
    if (radius < 2.0 * line) {
        painter.restore();
        return;
    }
    painter.setPen(QPen(theme.grid, line * 0.06));
    painter.setBrush(Qt::NoBrush);
    for (const double part : {0.25, 0.5, 0.75, 1.0})
        painter.drawEllipse(centre, part * radius, part * radius);
    for (int a = 0; a < 360; a += 30)
        painter.drawLine(polar(centre, 0.12 * radius, a), polar(centre, radius, a));
    painter.setPen(theme.text);
    for (const int a : {0, 45, 90, 135, 180, -135, -90, -45}) {
        const QString text = a == 0     ? SceneFigureWords::tr("front 0°")
                             : a == 90  ? SceneFigureWords::tr("left 90°")
                             : a == 180 ? SceneFigureWords::tr("behind 180°")
                             : a == -90 ? SceneFigureWords::tr("right −90°")
                                        : QString::number(a) + QChar(0xB0);
        const QPointF at = polar(centre, radius + 0.8 * line, a);
        const double width = metrics.horizontalAdvance(text);
        const double x = std::abs(a) == 180 || a == 0 ? at.x() - 0.5 * width
                         : a > 0                      ? at.x() - width + 0.2 * line
                                                      : at.x() - 0.2 * line;
        painter.drawText(QPointF(std::clamp(x, area.left(), area.right() - width), at.y() + 0.35 * metrics.ascent()),
                         text);
    }
    if (data.hasPosterior) {
        const float top = std::max(1e-6F, *std::max_element(data.posterior.begin(), data.posterior.end()));
        QPainterPath curve;
        for (std::size_t k = 0; k <= azimuthBinCount; ++k) {
            const double r = radius * (0.12 + 0.88 * static_cast<double>(data.posterior[k % azimuthBinCount] / top));
            const QPointF p = polar(centre, r, 5.0 * static_cast<double>(k));
            k == 0 ? curve.moveTo(p) : curve.lineTo(p);
        }
        QColor fill = theme.posterior;
        fill.setAlphaF(0.30F);
        painter.setBrush(fill);
        painter.setPen(QPen(theme.posterior, line * 0.12));
        painter.drawPath(curve);
    }
    drawListener(painter, centre, 0.07 * radius, 90.0, theme);
    for (const auto& mark : data.truth) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.truth, line * 0.16));
        painter.drawEllipse(polar(centre, radius, mark.azimuthDeg), 0.42 * line, 0.42 * line);
    }
    // Words keep off the listener, the marks and each other.
    std::vector<QRectF> written;
    const auto keepOff = [&](const QPointF& at, double half) {
        written.emplace_back(at.x() - half, at.y() - half, 2.0 * half, 2.0 * half);
    };
    keepOff(centre, 0.1 * radius);
    for (const auto& mark : data.predicted)
        keepOff(polar(centre, markRadius * radius, mark.azimuthDeg), 0.45 * line);
    for (const auto& mark : data.predicted)
        drawPrediction(painter, centre, radius, mark, theme, written);
    drawLegend(painter, area.adjusted(0.3 * line, 0, 0, -0.2 * line), !data.truth.empty(), theme);
    painter.restore();
}

void drawPlan(QPainter& painter, const QRectF& area, const Scene& scene, const Localization* heard,
              const PlotTheme& theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(area, theme.background);
    const QFontMetricsF metrics(painter.font());
    const double line = metrics.height();
    const auto plan = planScale(area.adjusted(line, line, -line, -2.2 * line), scene.room.sizeM);
    const Vec3& size = scene.room.sizeM;
    painter.setPen(QPen(theme.grid, line * 0.05));
    for (int x = 1; x < size.x; ++x)
        painter.drawLine(plan.at({static_cast<double>(x), 0, 0}), plan.at({static_cast<double>(x), size.y, 0}));
    for (int y = 1; y < size.y; ++y)
        painter.drawLine(plan.at({0, static_cast<double>(y), 0}), plan.at({size.x, static_cast<double>(y), 0}));
    painter.setPen(QPen(theme.outline, line * 0.18));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(plan.at({0, size.y, 0}), plan.at({size.x, 0, 0})));
    painter.setPen(theme.text);
    painter.drawText(QPointF(plan.at({0, 0, 0}).x(), plan.at({0, 0, 0}).y() + 1.3 * line),
                     SceneFigureWords::tr("%1 m × %2 m × %3 m, grid 1 m")
                         .arg(size.x, 0, 'f', 1)
                         .arg(size.y, 0, 'f', 1)
                         .arg(size.z, 0, 'f', 1));
    const auto& listener = scene.listener;
    drawListener(painter, plan.at(listener.positionM), 0.55 * line, listener.orientation.yawDeg, theme);
    for (std::size_t i = 0; i < scene.sources.size(); ++i) {
        const QPointF at = plan.at(scene.sources[i].positionM);
        painter.setPen(QPen(theme.truth, line * 0.16));
        painter.setBrush(theme.background);
        painter.drawEllipse(at, 0.5 * line, 0.5 * line);
        painter.setPen(theme.text);
        drawLabel(painter, at, 0.8 * line, QString::fromStdString(scene.sources[i].name), area);
    }
    if (heard != nullptr)
        for (const auto& s : heard->sources) {
            const Vec3 offset = HeadRotation(listener.orientation).toRoom(unitVector({s.azimuthDeg, s.elevationDeg}));
            const Vec3 p = listener.positionM + s.distanceM * offset;
            const QPointF at = plan.at({std::clamp(p.x, 0.0, size.x), std::clamp(p.y, 0.0, size.y), p.z});
            painter.setPen(QPen(theme.prediction, line * 0.1, Qt::DashLine));
            painter.drawLine(plan.at(listener.positionM), at);
            painter.setPen(QPen(theme.prediction, line * 0.16));
            painter.setBrush(theme.background);
            drawDiamond(painter, at, 0.45 * line);
        }
    painter.restore();
}

} // namespace binaurium
