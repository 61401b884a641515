// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plot/PlotTheme.h"

#include <QRectF>
#include <QString>
#include <filesystem>
#include <optional>
#include <vector>

class QPainter;

namespace binaurium {

// Decay curves of one channel of a response.
struct DecayData
{
    QString channel;
    double stepS = 0.005;
    struct Curve
    {
        double centreHz = 0.0; // 0: all frequencies
        std::optional<double> t30S;
        std::vector<double> levelDb;
    };
    std::vector<Curve> curves;
};

// Reads the first channel of "binaurium-response" version 1 back. Throws Missing or BadInput.
[[nodiscard]] DecayData readDecay(const std::filesystem::path& path);

// Level over time, one line per octave with its name and reverberation time; colours repeat with other dashes.
void drawDecay(QPainter& painter, const QRectF& area, const DecayData& data, const PlotTheme& theme);

} // namespace binaurium
