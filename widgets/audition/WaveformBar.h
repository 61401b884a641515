// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <QWidget>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace binaurium {

// Where the playing is, over the waveform of what is heard. A click goes there; a drag with Shift chooses the range
// that a loop repeats, a double click gives it up. Left and Right go by 0.1 s (Shift 1 s), Home and End to the ends.
class WaveformBar : public QWidget
{
    Q_OBJECT

public:
    explicit WaveformBar(QWidget* parent = nullptr);

    void setDuration(double durationS);
    void setPosition(double timeS);
    // Null: not known; the bar stays without a curve.
    void setAudio(const std::shared_ptr<const AudioBuffer>& audio);
    [[nodiscard]] bool hasWaveform() const noexcept { return !peaks_.empty(); }
    // The range to repeat; empty for the whole.
    [[nodiscard]] std::optional<std::pair<double, double>> range() const noexcept { return range_; }
    void setRange(std::optional<std::pair<double, double>> range);
    [[nodiscard]] double xOf(double timeS) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void seekWanted(double timeS);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] double timeAt(double x) const;

    std::vector<std::pair<float, float>> peaks_; // smallest and largest sample per part
    double durationS_ = 0.0;
    double positionS_ = 0.0;
    double rangeStartS_ = 0.0;
    bool ranging_ = false;
    std::optional<std::pair<double, double>> range_;
};

} // namespace binaurium
