// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/audition/LevelMeter.h"

#include "widgets/plot/PlotTheme.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double floorDb = -60.0;
constexpr double fallDbPerS = 24.0;
constexpr double holdS = 3.0;

} // namespace

LevelMeter::LevelMeter(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Level meter"));
    setToolTip(tr("Level left and right in dBFS: rms solid, peak paler, mark: largest peak of 3 s. Click to clear the "
                  "clip mark"));
}

void LevelMeter::add(const std::array<float, 2>& peaks, const std::array<float, 2>& rms, double seconds)
{
    for (std::size_t c = 0; c < 2; ++c) {
        const double db = 20.0 * std::log10(std::max(1e-5F, peaks[c]));
        levelDb_[c] = std::max(db, levelDb_[c] - fallDbPerS * seconds);
        rmsDb_[c] = 20.0 * std::log10(std::max(1e-5F, rms[c]));
        holdAge_[c] += seconds;
        if (db >= holdDb_[c] || holdAge_[c] > holdS) {
            holdDb_[c] = levelDb_[c];
            holdAge_[c] = 0.0;
        }
        clipped_ = clipped_ || peaks[c] > 1.0F;
    }
    setAccessibleDescription(tr("left %1 dB, right %2 dB").arg(levelDb_[0], 0, 'f', 0).arg(levelDb_[1], 0, 'f', 0));
    update();
}

void LevelMeter::reset()
{
    levelDb_.fill(-100.0);
    rmsDb_.fill(-100.0);
    holdDb_.fill(-100.0);
    clipped_ = false;
    update();
}

QSize LevelMeter::sizeHint() const
{
    return {10 * fontMetrics().height(), static_cast<int>(1.2 * fontMetrics().height())};
}

void LevelMeter::mousePressEvent(QMouseEvent*)
{
    clipped_ = false;
    update();
}

void LevelMeter::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto theme = PlotTheme::of(palette());
    const double bar = 0.5 * height() - 2.0;
    const auto x = [&](double db) { return (width() - 1.0) * std::clamp((db - floorDb) / -floorDb, 0.0, 1.0); };
    for (std::size_t c = 0; c < 2; ++c) {
        const double top = 1.0 + static_cast<double>(c) * (bar + 2.0);
        painter.fillRect(QRectF(0, top, width(), bar), theme.grid);
        QColor colour = levelDb_[c] > -6.0 ? theme.prediction : theme.truth;
        painter.fillRect(QRectF(0, top, x(rmsDb_[c]), bar), colour);
        colour.setAlphaF(0.45F);
        painter.fillRect(QRectF(x(rmsDb_[c]), top, std::max(0.0, x(levelDb_[c]) - x(rmsDb_[c])), bar), colour);
        painter.fillRect(QRectF(x(holdDb_[c]), top, 2.0, bar), theme.text);
    }
    if (clipped_) {
        painter.fillRect(QRectF(width() - 4.0 * fontMetrics().averageCharWidth(), 0,
                                4.0 * fontMetrics().averageCharWidth(), height()),
                         theme.prediction);
        painter.setPen(theme.background);
        painter.drawText(rect(), Qt::AlignRight | Qt::AlignVCenter, tr("clip"));
    }
}

} // namespace binaurium
