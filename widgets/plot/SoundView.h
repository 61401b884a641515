// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/features/SoundOverview.h"
#include "widgets/plot/TimeAxis.h"

#include <QImage>
#include <QWidget>
#include <memory>
#include <optional>
#include <utility>

namespace binaurium {

// Waveform above spectrogram of one sound, with a play head and a range. A click sets the play head, a drag chooses a
// range, a double click gives it up. Keys: Left and Right move the play head by 0.1 s (Ctrl: 1 s), with Shift the range
// grows from where the play head was; Home and End; Escape gives the range up.
class SoundView : public QWidget
{
    Q_OBJECT

public:
    using Range = std::pair<double, double>; // seconds, first < second

    explicit SoundView(QWidget* parent = nullptr);
    void setSound(std::shared_ptr<const SoundOverview> sound); // null: none
    [[nodiscard]] double durationS() const noexcept { return sound_ ? sound_->durationS : 0.0; }
    [[nodiscard]] double cursorS() const noexcept { return cursorS_; }
    void setCursor(double timeS);
    [[nodiscard]] const std::optional<Range>& range() const noexcept { return range_; }
    void setRange(std::optional<Range> range);
    [[nodiscard]] TimeAxis axis() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void cursorMoved(double timeS);
    void rangeChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void moveCursor(double timeS, bool extend);
    void describe();
    void drawWaveform(QPainter& painter, const QRectF& area) const;

    std::shared_ptr<const SoundOverview> sound_;
    QImage spectrogram_; // one pixel per column and band
    double cursorS_ = 0.0;
    double anchorS_ = 0.0; // where a range that is being made began
    std::optional<Range> range_;
};

} // namespace binaurium
