// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/ProbeReport.h"
#include "widgets/plot/PlotTheme.h"

#include <QRectF>

class QPainter;

namespace binaurium {

// "Where is space lost": errors of linear probes from the encoders over the projector through every layer of the
// language model, one panel each for azimuth, distance and class; discs are means over the audio, squares the position
// from which the answer starts; the dashed line is what a constant guess reaches.
void drawProbes(QPainter& painter, const QRectF& area, const ProbeReport& report, const PlotTheme& theme);

// The figure as .pdf, .svg or .png, and its caption as FILE.txt. Throws Usage or BadInput.
void exportProbes(const ProbeReport& report, double widthMm, const std::filesystem::path& file);

} // namespace binaurium
