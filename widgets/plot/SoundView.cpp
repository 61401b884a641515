// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/SoundView.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double shortestRangeS = 0.1; // what can be asked about at least
constexpr double waveformShare = 0.3;  // of the height
constexpr double shownRangeDb = 70.0;

QImage pictureOf(const SoundOverview& sound)
{
    QImage picture(static_cast<int>(sound.columns), static_cast<int>(sound.bands), QImage::Format_RGB32);
    for (std::size_t band = 0; band < sound.bands; ++band) {
        auto* row = reinterpret_cast<QRgb*>(picture.scanLine(static_cast<int>(sound.bands - 1 - band)));
        for (std::size_t column = 0; column < sound.columns; ++column)
            row[column] =
                heatColour(1.0 + static_cast<double>(sound.levelDb[column * sound.bands + band]) / shownRangeDb);
    }
    return picture;
}

} // namespace

SoundView::SoundView(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Sound: waveform and spectrogram"));
    setToolTip(tr("Click: move the play head. Drag, or Shift with the arrow keys: choose a range. Double click or "
                  "Escape: the whole sound"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    describe();
}

void SoundView::setSound(std::shared_ptr<const SoundOverview> sound)
{
    sound_ = std::move(sound);
    spectrogram_ = sound_ ? pictureOf(*sound_) : QImage();
    cursorS_ = anchorS_ = 0.0;
    setRange({});
    emit cursorMoved(cursorS_);
}

void SoundView::setCursor(double timeS)
{
    const double t = std::clamp(timeS, 0.0, durationS());
    if (t == cursorS_)
        return;
    cursorS_ = t;
    describe();
    update();
    emit cursorMoved(t);
}

void SoundView::setRange(std::optional<Range> range)
{
    if (range) {
        range->first = std::clamp(range->first, 0.0, durationS());
        range->second = std::clamp(range->second, 0.0, durationS());
        if (range->second - range->first < shortestRangeS)
            range.reset();
    }
    const bool changed = range != range_;
    range_ = range;
    describe();
    update();
    if (changed)
        emit rangeChanged();
}

TimeAxis SoundView::axis() const
{
    return TimeAxis::of(*this, durationS(), true);
}

void SoundView::describe()
{
    QString text = sound_ ? tr("play head at %1 of %2 seconds").arg(cursorS_, 0, 'f', 1).arg(durationS(), 0, 'f', 1)
                          : tr("no sound");
    if (range_)
        text += tr("; range from %1 to %2 seconds").arg(range_->first, 0, 'f', 1).arg(range_->second, 0, 'f', 1);
    setAccessibleDescription(text);
}

void SoundView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !sound_)
        return;
    anchorS_ = axis().timeAt(event->position().x());
    setCursor(anchorS_);
}

void SoundView::mouseMoveEvent(QMouseEvent* event)
{
    if (!event->buttons().testFlag(Qt::LeftButton) || !sound_)
        return;
    const double now = axis().timeAt(event->position().x());
    if (std::abs(now - anchorS_) >= shortestRangeS)
        setRange(Range(std::minmax(now, anchorS_)));
}

void SoundView::mouseDoubleClickEvent(QMouseEvent*)
{
    setRange({});
}

void SoundView::moveCursor(double timeS, bool extend)
{
    setCursor(timeS);
    if (extend)
        setRange(Range(std::minmax(anchorS_, cursorS_)));
    else
        anchorS_ = cursorS_;
}

void SoundView::keyPressEvent(QKeyEvent* event)
{
    const double step = event->modifiers().testFlag(Qt::ControlModifier) ? 1.0 : 0.1;
    const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
    switch (event->key()) {
    case Qt::Key_Left:
        return moveCursor(cursorS_ - step, extend);
    case Qt::Key_Right:
        return moveCursor(cursorS_ + step, extend);
    case Qt::Key_Home:
        return moveCursor(0.0, extend);
    case Qt::Key_End:
        return moveCursor(durationS(), extend);
    case Qt::Key_Escape:
        if (range_)
            return setRange({});
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void SoundView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void SoundView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

void SoundView::drawWaveform(QPainter& painter, const QRectF& area) const
{
    const double middle = area.center().y();
    const double half = 0.5 * area.height();
    for (std::size_t c = 0; c < sound_->columns; ++c) {
        const double x =
            area.left() + area.width() * (static_cast<double>(c) + 0.5) / static_cast<double>(sound_->columns);
        painter.drawLine(QPointF(x, middle - half * std::clamp(static_cast<double>(sound_->high[c]), -1.0, 1.0)),
                         QPointF(x, middle - half * std::clamp(static_cast<double>(sound_->low[c]), -1.0, 1.0)));
    }
}

void SoundView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto theme = PlotTheme::of(palette());
    painter.fillRect(rect(), theme.background);
    const auto time = axis();
    if (!sound_) {
        painter.setPen(theme.text);
        painter.drawText(rect(), Qt::AlignCenter, tr("The sound appears here when it is known."));
        return;
    }
    QRectF top = time.area, bottom = time.area;
    top.setHeight(waveformShare * time.area.height());
    bottom.setTop(top.bottom());
    painter.setPen(QPen(theme.posterior, 1));
    drawWaveform(painter, top);
    painter.drawImage(bottom, spectrogram_);
    const double octaves = std::log(sound_->highestHz / SoundOverview::lowestHz);
    for (const double hz : {200.0, 1000.0, 5000.0})
        if (hz < sound_->highestHz && bottom.height() > 4 * fontMetrics().height())
            time.drawLeft(painter, bottom.bottom() - bottom.height() * std::log(hz / SoundOverview::lowestHz) / octaves,
                          tr("%1 Hz").arg(hz), theme);
    if (range_) {
        QColor chosen = theme.accent;
        chosen.setAlphaF(0.30F);
        const QRectF part(QPointF(time.xOf(range_->first), time.area.top()),
                          QPointF(time.xOf(range_->second), time.area.bottom()));
        painter.fillRect(part, chosen);
        painter.setPen(QPen(theme.accent, 2));
        painter.drawLine(part.topLeft(), part.bottomLeft());
        painter.drawLine(part.topRight(), part.bottomRight());
    }
    time.draw(painter, theme);
    time.drawCursor(painter, cursorS_, theme);
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 1));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

QSize SoundView::sizeHint() const
{
    return QSize(30, 9) * fontMetrics().height();
}

QSize SoundView::minimumSizeHint() const
{
    return QSize(16, 5) * fontMetrics().height();
}

} // namespace binaurium
