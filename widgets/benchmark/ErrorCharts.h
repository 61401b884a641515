// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/localization/LocalizationReport.h"
#include "widgets/plot/PlotTheme.h"

#include <QRectF>

class QPainter;

namespace binaurium {

// Errors of the localisation lane; the same drawing on the screen and on paper.

// How many sources were heard how far off: great-circle error in steps of 10 degrees, the share that is a front/back
// reversal hatched; missed sources stand apart at the right.
void drawErrorHistogram(QPainter& painter, const QRectF& area, const std::vector<LocalizedScene>& scenes,
                        const PlotTheme& theme);

// By the true azimuth, front up and left at the left, in sectors of 30 degrees: mean azimuth error as distance from the
// centre (rings of 30 degrees), and the share of reversals in words; sectors without sources stay empty.
void drawPolarErrors(QPainter& painter, const QRectF& area, const std::vector<LocalizedScene>& scenes,
                     const PlotTheme& theme);

} // namespace binaurium
