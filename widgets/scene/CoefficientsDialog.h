// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <QDialog>
#include <array>

class QDoubleSpinBox;

namespace binaurium {

// Absorption and scattering coefficients of one surface, octave by octave from 62.5 Hz to 16 kHz.
class CoefficientsDialog : public QDialog
{
    Q_OBJECT

public:
    CoefficientsDialog(const QString& surface, const WideBandValues& absorption, const WideBandValues& scattering,
                       QWidget* parent = nullptr);

    [[nodiscard]] WideBandValues absorption() const { return valuesOf(absorption_); }
    [[nodiscard]] WideBandValues scattering() const { return valuesOf(scattering_); }

private:
    using Boxes = std::array<QDoubleSpinBox*, wideBandCount>;
    [[nodiscard]] static WideBandValues valuesOf(const Boxes& boxes);

    Boxes absorption_{}, scattering_{};
};

} // namespace binaurium
