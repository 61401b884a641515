// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/audition/WaveformBar.h"

#include "widgets/plot/PlotTheme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

namespace binaurium {
namespace {

constexpr std::size_t partCount = 2000; // finer than any bar is wide
constexpr double shortestRangeS = 0.05;

} // namespace

WaveformBar::WaveformBar(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Position"));
    setToolTip(tr("Click: go there. Shift and drag: choose what a loop repeats. Double click: repeat the whole"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void WaveformBar::setDuration(double durationS)
{
    if (durationS == durationS_)
        return;
    durationS_ = durationS;
    if (range_ && range_->second > durationS)
        range_.reset();
    update();
}

void WaveformBar::setPosition(double timeS)
{
    if (timeS == positionS_)
        return;
    positionS_ = timeS;
    setAccessibleDescription(tr("%1 of %2 seconds").arg(timeS, 0, 'f', 1).arg(durationS_, 0, 'f', 1));
    update();
}

void WaveformBar::setAudio(const std::shared_ptr<const AudioBuffer>& audio)
{
    peaks_.clear();
    if (audio && audio->frames() > 0) {
        const std::size_t parts = std::min(partCount, audio->frames());
        for (std::size_t p = 0; p < parts; ++p) {
            float low = 0.0F, high = 0.0F;
            for (std::size_t n = p * audio->frames() / parts; n < (p + 1) * audio->frames() / parts; ++n)
                for (std::size_t c = 0; c < audio->channels(); ++c) {
                    low = std::min(low, audio->channel(c)[n]);
                    high = std::max(high, audio->channel(c)[n]);
                }
            peaks_.emplace_back(low, high);
        }
        setDuration(audio->durationS());
    }
    update();
}

void WaveformBar::setRange(std::optional<std::pair<double, double>> range)
{
    range_ = range;
    update();
}

double WaveformBar::xOf(double timeS) const
{
    return durationS_ > 0.0 ? (width() - 1.0) * timeS / durationS_ : 0.0;
}

double WaveformBar::timeAt(double x) const
{
    return std::clamp(x / std::max(1.0, width() - 1.0), 0.0, 1.0) * durationS_;
}

void WaveformBar::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    ranging_ = event->modifiers().testFlag(Qt::ShiftModifier);
    rangeStartS_ = timeAt(event->position().x());
    if (!ranging_)
        emit seekWanted(rangeStartS_);
}

void WaveformBar::mouseMoveEvent(QMouseEvent* event)
{
    const double now = timeAt(event->position().x());
    if (!event->buttons().testFlag(Qt::LeftButton))
        return;
    if (!ranging_)
        emit seekWanted(now);
    else if (std::abs(now - rangeStartS_) >= shortestRangeS)
        setRange(std::minmax(now, rangeStartS_));
}

void WaveformBar::mouseDoubleClickEvent(QMouseEvent*)
{
    setRange({});
}

void WaveformBar::keyPressEvent(QKeyEvent* event)
{
    const double step = event->modifiers().testFlag(Qt::ShiftModifier) ? 1.0 : 0.1;
    const auto go = [&](double timeS) { emit seekWanted(std::clamp(timeS, 0.0, durationS_)); };
    switch (event->key()) {
    case Qt::Key_Left:
        go(positionS_ - step);
        return;
    case Qt::Key_Right:
        go(positionS_ + step);
        return;
    case Qt::Key_Home:
        go(0.0);
        return;
    case Qt::Key_End:
        go(durationS_);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void WaveformBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto theme = PlotTheme::of(palette());
    painter.fillRect(rect(), theme.background);
    if (range_) {
        QColor chosen = theme.accent;
        chosen.setAlphaF(0.25F);
        painter.fillRect(QRectF(QPointF(xOf(range_->first), 0), QPointF(xOf(range_->second), height())), chosen);
    }
    const double middle = 0.5 * height();
    painter.setPen(QPen(theme.posterior, 1));
    for (int x = 0; x < width() && !peaks_.empty(); ++x) {
        const auto first = static_cast<std::size_t>(x) * peaks_.size() / static_cast<std::size_t>(width());
        const auto end =
            std::max(first + 1, static_cast<std::size_t>(x + 1) * peaks_.size() / static_cast<std::size_t>(width()));
        float low = 0.0F, high = 0.0F;
        for (std::size_t p = first; p < std::min(end, peaks_.size()); ++p) {
            low = std::min(low, peaks_[p].first);
            high = std::max(high, peaks_[p].second);
        }
        painter.drawLine(QPointF(x, middle - static_cast<double>(high) * middle),
                         QPointF(x, middle - static_cast<double>(low) * middle));
    }
    painter.setPen(QPen(theme.prediction, 2));
    painter.drawLine(QPointF(xOf(positionS_), 0), QPointF(xOf(positionS_), height()));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(hasFocus() ? theme.accent : theme.grid, 1));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

QSize WaveformBar::sizeHint() const
{
    return QSize(20, 2) * fontMetrics().height();
}

QSize WaveformBar::minimumSizeHint() const
{
    return QSize(8, 2) * fontMetrics().height();
}

} // namespace binaurium
