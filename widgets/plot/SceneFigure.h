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
    };
    std::vector<Mark> predicted;
    std::vector<Mark> truth;
};
[[nodiscard]] AzimuthData azimuthData(const Localization& localization, const Scene* truth);

// Polar plot: 0 degrees in front and up, left positive (anticlockwise). Posterior as a filled curve, predictions as
// diamonds, truth as circles, each with its label.
void drawAzimuth(QPainter& painter, const QRectF& area, const AzimuthData& data, const PlotTheme& theme);

// Plan of a room to scale, x to the right, y up, with sources, listener and, when given, where the model heard them.
void drawPlan(QPainter& painter, const QRectF& area, const Scene& scene, const Localization* heard,
              const PlotTheme& theme);

// The listener as seen from above: head, nose and ears, `radius` in painter units, looking along `yawDeg`.
void drawListener(QPainter& painter, const QPointF& centre, double radius, double yawDeg, const PlotTheme& theme);

} // namespace binaurium
