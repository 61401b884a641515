// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"
#include "core/scene/Scene.h"
#include "widgets/plot/PlotTheme.h"

#include <QRectF>
#include <optional>

class QPainter;

namespace binaurium {

// What the polar view and its figure show.
struct AzimuthData
{
    std::array<float, azimuthBinCount> posterior{};
    bool hasPosterior = false;
    struct Mark
    {
        QString label;
        double azimuthDeg = 0.0;
        double distanceM = 0.0;
        double confidence = 1.0;
        int slot = 0;             // its colour
        double mirrorShare = 0.0; // how much of the belief lies in the same direction front to back, 0 .. 1
    };
    std::vector<Mark> predicted;
    std::vector<Mark> truth;
};
[[nodiscard]] AzimuthData azimuthData(const Localization& localization, const Scene* truth);
// What a label id means in words; the id itself where it is unknown.
[[nodiscard]] QString labelWords(const std::string& id);
// The direction that front and back are confused with, as seen from one ear to the other.
[[nodiscard]] double mirroredAzimuthDeg(double azimuthDeg);
// What one frame of a localization says, for azimuthData(): the frame nearest to a time.
[[nodiscard]] Localization frameAt(const Localization& localization, double timeS);

// Polar plot: 0 degrees in front and up, left positive (anticlockwise). Posterior as a filled curve, predictions as
// diamonds in the colour of their slot with label, distance and confidence, truth as circles. Where front and back are
// in doubt, a line leads to a small diamond on the other side with its share.
void drawAzimuth(QPainter& painter, const QRectF& area, const AzimuthData& data, const PlotTheme& theme);

// Plan of a room to scale, x to the right, y up, with sources, listener and, when given, where the model heard them.
void drawPlan(QPainter& painter, const QRectF& area, const Scene& scene, const Localization* heard,
              const PlotTheme& theme);

// The listener as seen from above: head, nose and ears, `radius` in painter units, looking along `yawDeg`.
void drawListener(QPainter& painter, const QPointF& centre, double radius, double yawDeg, const PlotTheme& theme);

} // namespace binaurium
