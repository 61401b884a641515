// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/PlanView.h"

#include "widgets/dataset/ItemPlan.h"

#include <QPainter>

namespace binaurium {
namespace {

// Where everything is, in words: what the picture shows.
QString placesInWords(const Scene& scene)
{
    QStringList words;
    for (std::size_t i = 0; i < scene.sources.size(); ++i) {
        const auto place = relativePosition(scene.listener, scene.sources[i].positionM);
        words << PlanView::tr("%1 %2: azimuth %3°, elevation %4°, %5 m")
                     .arg(i + 1)
                     .arg(labelWords(scene.sources[i]))
                     .arg(place.direction.azimuthDeg, 0, 'f', 0)
                     .arg(place.direction.elevationDeg, 0, 'f', 0)
                     .arg(place.distanceM, 0, 'f', 1);
    }
    return words.join(QLatin1Char('\n'));
}

} // namespace

PlanView::PlanView(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Plan of the item"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMinimumHeight(8 * fontMetrics().height());
}

void PlanView::setItem(std::shared_ptr<const PreviewItem> item)
{
    item_ = std::move(item);
    const QString words = item_ ? placesInWords(item_->scene) : QString();
    setToolTip(words);
    setAccessibleDescription(words);
    update();
}

QSize PlanView::sizeHint() const
{
    return QSize(24, 14) * fontMetrics().height();
}

void PlanView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto theme = PlotTheme::of(palette());
    if (item_) {
        drawItemPlan(painter, rect(), item_->scene, PlanDetail::Large, theme);
        return;
    }
    painter.fillRect(rect(), theme.background);
    painter.setPen(theme.outline);
    painter.drawText(rect(), Qt::AlignCenter, tr("Choose an item to see and hear it."));
}

} // namespace binaurium
