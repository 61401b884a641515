// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/HeadThumbnails.h"

#include "widgets/plot/TimeAxis.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

namespace binaurium {

HeadThumbnails::HeadThumbnails(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Heads: layers downwards, heads to the right"));
    setToolTip(tr("All layers (down) and heads (right); click one or use the arrow keys, Escape for all"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
}

void HeadThumbnails::setValues(int layers, int heads, std::vector<float> values)
{
    layers_ = layers;
    heads_ = heads;
    values_ = std::move(values);
    setChosen(std::min(layer_, layers - 1), std::min(head_, heads - 1));
}

void HeadThumbnails::setChosen(int layer, int head)
{
    layer_ = layer;
    head_ = head;
    setAccessibleDescription(layer < 0 && head < 0 ? tr("all layers and heads")
                                                   : tr("layer %1, head %2").arg(layer + 1).arg(head + 1));
    update();
}

QRectF HeadThumbnails::cell(int layer, int head) const
{
    const double w = width() / std::max(1.0, static_cast<double>(heads_));
    const double h = height() / std::max(1.0, static_cast<double>(layers_));
    return {head * w, layer * h, w, h};
}

void HeadThumbnails::choose(int layer, int head)
{
    setChosen(layer, head);
    emit chosen(layer, head);
}

void HeadThumbnails::mousePressEvent(QMouseEvent* event)
{
    if (values_.empty() || event->button() != Qt::LeftButton)
        return;
    choose(std::clamp(static_cast<int>(event->position().y() * layers_ / height()), 0, layers_ - 1),
           std::clamp(static_cast<int>(event->position().x() * heads_ / width()), 0, heads_ - 1));
}

void HeadThumbnails::keyPressEvent(QKeyEvent* event)
{
    const int layer = std::max(0, layer_), head = std::max(0, head_);
    const auto go = [&](int l, int h) {
        if (!values_.empty())
            choose(std::clamp(l, 0, layers_ - 1), std::clamp(h, 0, heads_ - 1));
    };
    switch (event->key()) {
    case Qt::Key_Up:
        return go(layer - 1, head);
    case Qt::Key_Down:
        return go(layer + 1, head);
    case Qt::Key_Left:
        return go(layer, head - 1);
    case Qt::Key_Right:
        return go(layer, head + 1);
    case Qt::Key_Escape:
        if (layer_ >= 0 || head_ >= 0)
            return choose(-1, -1);
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void HeadThumbnails::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto theme = PlotTheme::of(palette());
    painter.fillRect(rect(), theme.background);
    if (values_.empty())
        return;
    const auto columns = values_.size() / static_cast<std::size_t>(layers_ * heads_);
    for (int l = 0; l < layers_; ++l)
        for (int h = 0; h < heads_; ++h) {
            const auto area = cell(l, h).adjusted(0.5, 0.5, -0.5, -0.5);
            const float* row = values_.data() + static_cast<std::size_t>(l * heads_ + h) * columns;
            // Each against its own largest: the pattern counts here, the sizes are in the large map.
            const float top = std::max(1e-9F, *std::max_element(row, row + columns));
            for (std::size_t c = 0; c < columns; ++c) {
                const double w = area.width() / static_cast<double>(columns);
                painter.fillRect(QRectF(area.left() + w * static_cast<double>(c), area.top(), w, area.height()),
                                 QColor(heatColour(static_cast<double>(row[c] / top))));
            }
        }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.prediction, 2));
    if (layer_ >= 0 && head_ >= 0)
        painter.drawRect(cell(layer_, head_));
    else if (layer_ >= 0)
        painter.drawRect(cell(layer_, 0).united(cell(layer_, heads_ - 1)));
    else if (head_ >= 0)
        painter.drawRect(cell(0, head_).united(cell(layers_ - 1, head_)));
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 1));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

QSize HeadThumbnails::sizeHint() const
{
    return QSize(8, 9) * fontMetrics().height();
}

QSize HeadThumbnails::minimumSizeHint() const
{
    return QSize(6, 5) * fontMetrics().height();
}

} // namespace binaurium
