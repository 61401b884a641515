// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <array>

namespace binaurium {

// Peak levels of two channels in dBFS with a hold of three seconds; red and the word "clip" stay until clicked.
class LevelMeter : public QWidget
{
    Q_OBJECT

public:
    explicit LevelMeter(QWidget* parent = nullptr);
    // Peaks since the last call, linear, and the seconds that passed.
    void add(const std::array<float, 2>& peaks, double seconds);
    void reset();
    [[nodiscard]] double levelDb(int channel) const { return levelDb_[static_cast<std::size_t>(channel)]; }
    [[nodiscard]] bool clipped() const noexcept { return clipped_; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    std::array<double, 2> levelDb_{-100.0, -100.0};
    std::array<double, 2> holdDb_{-100.0, -100.0};
    std::array<double, 2> holdAge_{};
    bool clipped_ = false;
};

} // namespace binaurium
