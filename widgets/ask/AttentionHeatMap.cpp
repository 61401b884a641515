// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/AttentionHeatMap.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace binaurium {
namespace {

constexpr double slotGapLines = 0.3;
constexpr double slotWidthLines = 0.35;
constexpr double barLines = 0.5;

} // namespace

AttentionHeatMap::AttentionHeatMap(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Attention over the audio"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMouseTracking(true);
}

void AttentionHeatMap::setContent(Content content)
{
    content_ = std::move(content);
    firstChosen_ = 0;
    lastChosen_ = -1;
    rescale();
}

void AttentionHeatMap::setScale(HeatScale::Kind kind)
{
    scale_.kind = kind;
    rescale();
}

void AttentionHeatMap::rescale()
{
    std::vector<float> all;
    for (const auto* rows : {&content_.moments, &content_.slotKeys})
        for (const auto& row : *rows)
            all.insert(all.end(), row.begin(), row.end());
    scale_ = HeatScale::of(scale_.kind, std::move(all));
    update();
}

void AttentionHeatMap::setChosenRows(int first, int last)
{
    firstChosen_ = first;
    lastChosen_ = last;
    update();
}

void AttentionHeatMap::setCursor(double timeS)
{
    cursorS_ = timeS;
    update();
}

void AttentionHeatMap::setRange(std::optional<std::pair<double, double>> range)
{
    range_ = range;
    update();
}

TimeAxis AttentionHeatMap::axis() const
{
    return TimeAxis::of(*this, content_.durationS, false);
}

QRectF AttentionHeatMap::mapArea() const
{
    auto area = axis().area;
    area.setBottom(area.bottom() - 1.4 * fontMetrics().height());
    return area;
}

QRectF AttentionHeatMap::slotArea() const
{
    const double line = fontMetrics().height();
    const auto map = mapArea();
    const auto slotCount = content_.slotKeys.empty() ? 0.0 : static_cast<double>(content_.slotKeys.front().size());
    return {map.right() + slotGapLines * line, map.top(), std::min(1.6 * line, slotCount * slotWidthLines * line),
            map.height()};
}

QRectF AttentionHeatMap::cell(int row, int moment) const
{
    const auto map = mapArea();
    const double height = map.height() / std::max<double>(1.0, static_cast<double>(content_.rows.size()));
    const auto time = axis();
    const double left = time.xOf(moment * content_.secondsPerToken);
    const double right = std::min(map.right(), time.xOf((moment + 1) * content_.secondsPerToken));
    return {left, map.top() + row * height, std::max(0.0, right - left), height};
}

int AttentionHeatMap::rowAt(double y) const
{
    const auto map = mapArea();
    if (content_.rows.isEmpty() || y < map.top() || y >= map.bottom())
        return -1;
    return static_cast<int>((y - map.top()) / map.height() * static_cast<double>(content_.rows.size()));
}

QString AttentionHeatMap::slotName(std::size_t slot) const
{
    return tr("slot %1 (%2)").arg(slot + 1).arg(content_.slotWords.value(static_cast<qsizetype>(slot)));
}

QString AttentionHeatMap::wordsAt(const QPointF& point) const
{
    const int row = rowAt(point.y());
    if (row < 0)
        return {};
    const auto r = static_cast<std::size_t>(row);
    const auto slot = slotArea();
    if (slot.contains(point) && !content_.slotKeys[r].empty()) {
        const auto count = static_cast<double>(content_.slotKeys[r].size());
        const auto s = static_cast<std::size_t>(count * (point.x() - slot.left()) / slot.width());
        return tr("%1, '%2': %3")
            .arg(slotName(s), content_.rows[row])
            .arg(static_cast<double>(content_.slotKeys[r][std::min(s, content_.slotKeys[r].size() - 1)]), 0, 'g', 3);
    }
    if (!mapArea().contains(point) || content_.moments[r].empty())
        return {};
    const double timeS = axis().timeAt(point.x());
    const auto moment =
        std::min(static_cast<std::size_t>(timeS / content_.secondsPerToken), content_.moments[r].size() - 1);
    return tr("%1 s, '%2': %3")
        .arg(timeS, 0, 'f', 1)
        .arg(content_.rows[row])
        .arg(static_cast<double>(content_.moments[r][moment]), 0, 'g', 3);
}

void AttentionHeatMap::mousePressEvent(QMouseEvent* event)
{
    const int row = rowAt(event->position().y());
    if (event->button() != Qt::LeftButton || row < 0)
        return;
    emit rowClicked(row, event->modifiers().testFlag(Qt::ShiftModifier));
    if (mapArea().contains(event->position()))
        emit cursorMoved(axis().timeAt(event->position().x()));
}

bool AttentionHeatMap::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), wordsAt(help->pos()), this);
    return true;
}

void AttentionHeatMap::drawExperts(QPainter& painter, const PlotTheme& theme) const
{
    const auto time = axis();
    const double line = fontMetrics().height();
    const double top = mapArea().bottom() + 0.2 * line;
    for (std::size_t m = 0; m < content_.experts.size(); ++m) {
        const auto over = cell(0, static_cast<int>(m));
        double y = top;
        for (int e = 0; e < 3; ++e) {
            const double height = 1.0 * line * static_cast<double>(content_.experts[m][static_cast<std::size_t>(e)]);
            painter.fillRect(QRectF(over.left(), y, over.width(), height), PlotTheme::category(e));
            y += height;
        }
    }
    time.drawLeft(painter, top + 0.5 * line, tr("experts"), theme);
    double x = time.area.right() + 0.3 * line;
    for (const auto& [index, word] : {std::pair(0, tr("sem")), std::pair(1, tr("spa")), std::pair(2, tr("com"))}) {
        const QRectF mark(x, top, 1.15 * line, line);
        painter.fillRect(mark, PlotTheme::category(index));
        painter.setPen(Qt::black); // on bright colours in both themes
        QFont small = painter.font();
        small.setPixelSize(std::max(1, static_cast<int>(0.55 * line)));
        painter.save();
        painter.setFont(small);
        painter.drawText(mark, Qt::AlignCenter, word);
        painter.restore();
        x += 1.2 * line;
    }
}

void AttentionHeatMap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto theme = PlotTheme::of(palette());
    painter.fillRect(rect(), theme.background);
    if (content_.rows.isEmpty()) {
        painter.setPen(theme.text);
        painter.drawText(rect(), Qt::AlignCenter, tr("Ask something: where the model looks appears here."));
        return;
    }
    const auto map = mapArea();
    const auto slot = slotArea();
    const double line = fontMetrics().height();
    for (int row = 0; row < static_cast<int>(content_.rows.size()); ++row) {
        const auto r = static_cast<std::size_t>(row);
        const auto colour = [&](float value) { return QColor(heatColour(scale_.share(static_cast<double>(value)))); };
        for (std::size_t m = 0; m < content_.moments[r].size(); ++m)
            painter.fillRect(cell(row, static_cast<int>(m)), colour(content_.moments[r][m]));
        const double width = slot.width() / std::max<double>(1.0, static_cast<double>(content_.slotKeys[r].size()));
        const auto band = cell(row, 0);
        for (std::size_t s = 0; s < content_.slotKeys[r].size(); ++s)
            painter.fillRect(QRectF(slot.left() + static_cast<double>(s) * width, band.top(), width, band.height()),
                             colour(content_.slotKeys[r][s]));
        if (band.height() >= 0.8 * line || row % static_cast<int>(1 + line / std::max(1.0, band.height())) == 0)
            axis().drawLeft(painter, band.center().y(), content_.rows[row].trimmed(), theme);
    }
    if (lastChosen_ >= firstChosen_) {
        painter.setPen(QPen(theme.prediction, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(QPointF(map.left(), cell(firstChosen_, 0).top()),
                                QPointF(map.right(), cell(lastChosen_, 0).bottom())));
    }
    drawExperts(painter, theme);
    if (range_) {
        painter.setPen(QPen(theme.accent, 2));
        for (const double t : {range_->first, range_->second})
            painter.drawLine(QPointF(axis().xOf(t), map.top()), QPointF(axis().xOf(t), map.bottom()));
    }
    axis().drawCursor(painter, cursorS_, theme);
    scale_.draw(painter, QRectF(slot.right() + slotGapLines * line, map.top(), barLines * line, map.height()), theme);
}

QSize AttentionHeatMap::sizeHint() const
{
    return QSize(30, 9) * fontMetrics().height();
}

QSize AttentionHeatMap::minimumSizeHint() const
{
    return QSize(16, 5) * fontMetrics().height();
}

} // namespace binaurium
