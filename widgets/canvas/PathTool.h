// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Geometry.h"
#include "widgets/canvas/CanvasTool.h"

#include <vector>

namespace binaurium {

// Draws the way of the selected object: a drawn line replaces its path, a click adds a waypoint at the end, Backspace
// takes the last one away, Enter, Escape or a double click ends.
class PathTool : public CanvasTool
{
public:
    explicit PathTool(SceneCanvas& canvas) : CanvasTool(canvas) {}

    void press(const CanvasPoint& point) override;
    void move(const CanvasPoint& point) override;
    void release(const CanvasPoint& point) override;
    void doubleClick(const CanvasPoint& point) override;
    bool key(const QKeyEvent& event) override;
    void cancel() override;
    [[nodiscard]] bool isActive() const override { return !stroke_.empty(); }
    void paint(QPainter& painter) const override;
    [[nodiscard]] Qt::CursorShape cursor(const QPointF&) const override { return Qt::CrossCursor; }

private:
    [[nodiscard]] int object() const;
    [[nodiscard]] Vec3 placeAt(const CanvasPoint& point) const;

    std::vector<QPointF> stroke_;
};

} // namespace binaurium
