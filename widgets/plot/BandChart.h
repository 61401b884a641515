// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <QWidget>
#include <optional>

namespace binaurium {

// One value per octave band, 125 Hz to 8 kHz, as bars; large with frequencies and numbers, small without words beside a
// field. The numbers are also in the tool tip and for screen readers.
class BandChart : public QWidget
{
    Q_OBJECT

public:
    enum class Size { Small, Large };
    BandChart(const QString& name, Size size, QWidget* parent = nullptr);

    // `top`: value of a full bar; 0: the largest one. Empty values leave a gap.
    void setValues(const std::array<std::optional<double>, octaveBandCount>& values, double top, const QString& unit);
    void setValues(const BandValues& values, double top);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Size size_;
    std::array<std::optional<double>, octaveBandCount> values_{};
    double top_ = 1.0;
};

} // namespace binaurium
