// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Geometry.h"
#include "widgets/canvas/CanvasTool.h"

#include <optional>

namespace binaurium {

// Measures between two points: distance, time of the sound and direction; ends snap to objects. Changes nothing.
class MeasureTool : public CanvasTool
{
public:
    explicit MeasureTool(SceneCanvas& canvas) : CanvasTool(canvas) {}

    void press(const CanvasPoint& point) override;
    void move(const CanvasPoint& point) override;
    void release(const CanvasPoint& point) override { move(point); }
    void cancel() override;
    [[nodiscard]] bool isActive() const override { return from_.has_value(); }
    void paint(QPainter& painter) const override;
    [[nodiscard]] Qt::CursorShape cursor(const QPointF&) const override { return Qt::CrossCursor; }
    [[nodiscard]] QString text() const; // what is measured

private:
    [[nodiscard]] Vec3 endAt(const QPointF& at) const;

    std::optional<Vec3> from_;
    Vec3 to_;
};

} // namespace binaurium
