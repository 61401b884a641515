// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"
#include "widgets/canvas/CanvasTool.h"

#include <set>

namespace binaurium {

// Selects by click and rubber band, moves the selection, turns objects by their handle, moves waypoints. Ctrl turns
// snapping over, Shift moves at a tenth of the speed, X, Y or Z holds the movement on that axis, Escape takes it back.
class SelectTool : public CanvasTool
{
public:
    explicit SelectTool(SceneCanvas& canvas) : CanvasTool(canvas) {}

    void press(const CanvasPoint& point) override;
    void move(const CanvasPoint& point) override;
    void release(const CanvasPoint& point) override;
    bool key(const QKeyEvent& event) override;
    void cancel() override;
    [[nodiscard]] bool isActive() const override { return drag_ != Drag::None; }
    void paint(QPainter& painter) const override;
    [[nodiscard]] Qt::CursorShape cursor(const QPointF& at) const override;

private:
    enum class Drag { None, Band, Move, Turn, Waypoint };
    struct WaypointRef
    {
        int object = -2;
        std::size_t index = 0;
    };

    void pressObject(int object, Qt::KeyboardModifiers modifiers);
    void apply();
    void applyMove();
    void applyTurn();
    void applyWaypoint();
    void applyBand();
    [[nodiscard]] bool snaps() const;
    [[nodiscard]] Vec3 locked(const Vec3& deltaM) const;
    [[nodiscard]] int turnHandleAt(const QPointF& at) const; // noObject where there is none
    [[nodiscard]] WaypointRef waypointAt(const QPointF& at) const;

    Drag drag_ = Drag::None;
    Scene start_; // as it was when the button went down
    std::uint64_t key_ = 0;
    QPointF pressed_;
    QPointF last_;
    QPointF pointer_; // where a pointer of the wanted speed would be
    Qt::KeyboardModifiers modifiers_;
    bool moved_ = false;
    bool toggleOnRelease_ = false;
    int grabbed_ = -2;
    WaypointRef waypoint_;
    Qt::Key axis_ = Qt::Key_unknown; // X, Y or Z while the movement is held on it
    std::set<int> bandBase_;
};

} // namespace binaurium
