// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/CoefficientsDialog.h"

#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>

namespace binaurium {

CoefficientsDialog::CoefficientsDialog(const QString& surface, const WideBandValues& absorption,
                                       const WideBandValues& scattering, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Coefficients of %1").arg(surface));
    auto* grid = new QGridLayout(this);
    grid->addWidget(new QLabel(tr("Octave band"), this), 0, 0);
    grid->addWidget(new QLabel(tr("Absorption"), this), 0, 1);
    grid->addWidget(new QLabel(tr("Scattering"), this), 0, 2);
    for (std::size_t band = 0; band < wideBandCount; ++band) {
        const auto hz = locale().toString(wideBandHz[band], 'f', wideBandHz[band] < 100.0 ? 1 : 0);
        const int row = static_cast<int>(band) + 1;
        grid->addWidget(new QLabel(tr("%1 Hz").arg(hz), this), row, 0);
        const auto box = [&](double value, const QString& name, int column) {
            auto* spin = new QDoubleSpinBox(this);
            spin->setRange(0.0, 1.0); // shares of the energy
            spin->setDecimals(3);
            spin->setSingleStep(0.01);
            spin->setValue(value);
            spin->setAccessibleName(name);
            grid->addWidget(spin, row, column);
            return spin;
        };
        absorption_[band] = box(absorption[band], tr("Absorption at %1 Hz").arg(hz), 1);
        scattering_[band] = box(scattering[band], tr("Scattering at %1 Hz").arg(hz), 2);
    }
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    grid->addWidget(buttons, static_cast<int>(wideBandCount) + 1, 0, 1, 3);
}

WideBandValues CoefficientsDialog::valuesOf(const Boxes& boxes)
{
    WideBandValues values{};
    for (std::size_t band = 0; band < wideBandCount; ++band)
        values[band] = boxes[band]->value();
    return values;
}

} // namespace binaurium
