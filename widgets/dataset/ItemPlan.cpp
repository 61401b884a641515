// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/ItemPlan.h"

#include "core/dataset/Labels.h"
#include "widgets/plot/SceneFigure.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

struct ItemPlanWords
{
    Q_DECLARE_TR_FUNCTIONS(ItemPlan)
};

QColor labelColour(const Source& source, std::size_t index)
{
    const int label = labelIndex(source.label);
    return PlotTheme::category(label >= 0 ? label : static_cast<int>(index));
}

// One plan while it is painted.
class Plan
{
public:
    Plan(QPainter& painter, const QRectF& area, const Scene& scene, PlanDetail detail, const PlotTheme& theme)
        : painter_(painter), area_(area), scene_(scene), theme_(theme), large_(detail == PlanDetail::Large),
          line_(QFontMetricsF(painter.font()).height())
    {
        const Vec3& size = scene.room.sizeM;
        const double edge = large_ ? 0.8 * line_ : 0.3 * line_;
        const QRectF free = area.adjusted(edge, edge, -edge, large_ ? -2.0 * line_ : -edge);
        unit_ = std::min(free.width() / size.x, free.height() / size.y);
        origin_ = {free.center().x() - 0.5 * size.x * unit_, free.center().y() + 0.5 * size.y * unit_};
    }

    void draw()
    {
        drawRoom();
        for (std::size_t i = 0; i < scene_.sources.size(); ++i)
            drawPath(scene_.sources[i].trajectory, labelColour(scene_.sources[i], i));
        drawPath(scene_.listener.trajectory, theme_.listener);
        drawListener(painter_, at(scene_.listener.positionM), (large_ ? 0.6 : 0.42) * line_,
                     scene_.listener.orientation.yawDeg, theme_);
        for (std::size_t i = 0; i < scene_.sources.size(); ++i)
            drawSource(scene_.sources[i], i);
    }

private:
    [[nodiscard]] QPointF at(const Vec3& p) const { return origin_ + QPointF(p.x * unit_, -p.y * unit_); }

    void drawRoom()
    {
        const Vec3& size = scene_.room.sizeM;
        if (large_) {
            painter_.setPen(QPen(theme_.grid, 1.0));
            for (int x = 1; x < size.x; ++x)
                painter_.drawLine(at({static_cast<double>(x), 0, 0}), at({static_cast<double>(x), size.y, 0}));
            for (int y = 1; y < size.y; ++y)
                painter_.drawLine(at({0, static_cast<double>(y), 0}), at({size.x, static_cast<double>(y), 0}));
        }
        painter_.setBrush(Qt::NoBrush);
        painter_.setPen(
            QPen(theme_.outline, (large_ ? 0.16 : 0.1) * line_, scene_.room.anechoic ? Qt::DotLine : Qt::SolidLine));
        painter_.drawRect(QRectF(at({0, size.y, 0}), at({size.x, 0, 0})));
        if (!large_)
            return;
        painter_.setPen(theme_.text);
        painter_.drawText(QPointF(at({0, 0, 0}).x(), at({0, 0, 0}).y() + 1.4 * line_),
                          ItemPlanWords::tr("%1 m × %2 m × %3 m, grid 1 m")
                              .arg(size.x, 0, 'f', 1)
                              .arg(size.y, 0, 'f', 1)
                              .arg(size.z, 0, 'f', 1));
    }

    void drawPath(const Trajectory& way, const QColor& colour)
    {
        constexpr int pieces = 24;
        if (way.waypoints.size() < 2)
            return;
        const double from = way.waypoints.front().timeS, to = way.waypoints.back().timeS;
        QPolygonF line;
        for (int k = 0; k <= pieces; ++k)
            line << at(way.positionM(from + (to - from) * k / pieces));
        painter_.setPen(QPen(colour, 0.12 * line_, Qt::DashLine));
        painter_.drawPolyline(line);
        const QLineF last(line[pieces], line[pieces - 1]);
        if (last.length() < 1e-6)
            return;
        painter_.setPen(QPen(colour, 0.12 * line_));
        for (const double turn : {30.0, -30.0}) {
            QLineF barb = last;
            barb.setLength(0.5 * line_);
            barb.setAngle(last.angle() + turn);
            painter_.drawLine(barb);
        }
    }

    void drawSource(const Source& source, std::size_t index)
    {
        const QColor colour = labelColour(source, index);
        const QPointF centre = at(source.positionM);
        const double radius = (large_ ? 0.62 : 0.48) * line_;
        painter_.setPen(QPen(theme_.outline, 0.06 * line_));
        painter_.setBrush(colour);
        painter_.drawEllipse(centre, radius, radius);
        painter_.setPen(qGray(colour.rgb()) > 110 ? QColor(0x10, 0x12, 0x14) : QColor(Qt::white));
        const QFont font = painter_.font();
        QFont bold = font;
        bold.setBold(true);
        if (!large_)
            bold.setPixelSize(std::max(1, static_cast<int>(0.62 * line_)));
        painter_.setFont(bold);
        painter_.drawText(QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius), Qt::AlignCenter,
                          QString::number(index + 1));
        painter_.setFont(font);
        if (large_)
            drawName(centre, 1.2 * radius, labelWords(source));
    }

    // Beside a disc, within the area, below names that stand there already.
    void drawName(const QPointF& centre, double offset, const QString& text)
    {
        const double width = QFontMetricsF(painter_.font()).horizontalAdvance(text);
        double x = centre.x() + offset;
        if (x + width > area_.right())
            x = centre.x() - offset - width;
        QRectF place(x, centre.y() - 0.5 * line_, width, line_);
        while (std::any_of(names_.begin(), names_.end(), [&](const QRectF& n) { return n.intersects(place); }))
            place.translate(0, 0.5 * line_);
        names_.push_back(place);
        QColor ground = theme_.background;
        ground.setAlphaF(0.75F);
        painter_.fillRect(place, ground);
        painter_.setPen(theme_.text);
        painter_.drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, text);
    }

    QPainter& painter_;
    QRectF area_;
    const Scene& scene_;
    const PlotTheme& theme_;
    bool large_;
    double line_; // height of a line of text
    double unit_ = 1.0;
    QPointF origin_;
    std::vector<QRectF> names_;
};

} // namespace

QString labelWords(const Source& source)
{
    const Label* label = findLabel(source.label);
    return label != nullptr ? QString::fromUtf8(label->words) : QString::fromStdString(source.name);
}

QStringList sourceWords(const Scene& scene)
{
    QStringList words;
    for (std::size_t i = 0; i < scene.sources.size(); ++i)
        words << QStringLiteral("%1 %2").arg(i + 1).arg(labelWords(scene.sources[i]));
    return words;
}

void drawItemPlan(QPainter& painter, const QRectF& area, const Scene& scene, PlanDetail detail, const PlotTheme& theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(area, theme.background);
    Plan(painter, area, scene, detail, theme).draw();
    painter.restore();
}

} // namespace binaurium
