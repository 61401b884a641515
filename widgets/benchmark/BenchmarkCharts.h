// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/BenchmarkReport.h"
#include "widgets/plot/PlotTheme.h"

#include <QRectF>

class QPainter;

namespace binaurium {

// The same drawing for the screen, for exported figures and for 'binaurium-cli figure'.

// Truth by row, choice by column; each cell says its count and its share of the row, and is shaded by the share.
void drawConfusion(QPainter& painter, const QRectF& area, const ConfusionMatrix& matrix, const PlotTheme& theme);

// Share right over stated probability, a point per bin with its Wilson interval and count; the diagonal is honest.
void drawReliability(QPainter& painter, const QRectF& area, const BenchmarkReport& report, const PlotTheme& theme);

// Scores of "all", levels and tasks with their intervals, chance beside them.
void drawScores(QPainter& painter, const QRectF& area, const BenchmarkReport& report, const PlotTheme& theme);

} // namespace binaurium
