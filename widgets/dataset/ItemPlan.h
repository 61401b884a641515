// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"
#include "widgets/plot/PlotTheme.h"

#include <QRectF>
#include <QString>
#include <QStringList>

class QPainter;

namespace binaurium {

// What a label is called: "wind chimes".
[[nodiscard]] QString labelWords(const Source& source);
// The numbers and words of all sources: "1 kettle", "2 dog".
[[nodiscard]] QStringList sourceWords(const Scene& scene);

// Plan of an item's scene to scale, x to the right, y up: room, listener with nose, sources as numbered discs in the
// colour of their label, paths as dashed lines with an arrow. Large plans have a grid of 1 m and the words of the
// labels.
enum class PlanDetail { Small, Large };
void drawItemPlan(QPainter& painter, const QRectF& area, const Scene& scene, PlanDetail detail, const PlotTheme& theme);

} // namespace binaurium
