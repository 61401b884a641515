// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <array>

namespace binaurium {

// Levels of two channels in dBFS: rms as a solid bar, the peak as a paler one that falls slowly, and a mark that holds
// the largest peak for three seconds; the word "clip" stays until clicked.
class LevelMeter : public QWidget
{
    Q_OBJECT

public:
    explicit LevelMeter(QWidget* parent = nullptr);
    // Peaks since the last call and rms, linear, and the seconds that passed.
    void add(const std::array<float, 2>& peaks, const std::array<float, 2>& rms, double seconds);
    void reset();
    [[nodiscard]] double levelDb(int channel) const { return levelDb_[static_cast<std::size_t>(channel)]; }
    [[nodiscard]] double holdDb(int channel) const { return holdDb_[static_cast<std::size_t>(channel)]; }
    [[nodiscard]] double rmsDb(int channel) const { return rmsDb_[static_cast<std::size_t>(channel)]; }
    [[nodiscard]] bool clipped() const noexcept { return clipped_; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    std::array<double, 2> levelDb_{-100.0, -100.0};
    std::array<double, 2> rmsDb_{-100.0, -100.0};
    std::array<double, 2> holdDb_{-100.0, -100.0};
    std::array<double, 2> holdAge_{};
    bool clipped_ = false;
};

} // namespace binaurium
