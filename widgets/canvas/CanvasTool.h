// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QString>
#include <Qt>
#include <memory>

class QKeyEvent;
class QPainter;

namespace binaurium {

class SceneCanvas;

struct CanvasPoint
{
    QPointF at; // in the widget
    Qt::KeyboardModifiers modifiers;
};

// What the left button and the keys do in a view. One object per view, alive as long as the tool is chosen; it changes
// the scene through commands only.
class CanvasTool
{
public:
    enum class Kind { Select, Path, Measure };
    [[nodiscard]] static std::unique_ptr<CanvasTool> make(Kind kind, SceneCanvas& canvas);

    virtual ~CanvasTool() = default;
    virtual void press(const CanvasPoint& point) = 0;
    virtual void move(const CanvasPoint& point) = 0; // with the button down
    virtual void release(const CanvasPoint& point) = 0;
    virtual void doubleClick(const CanvasPoint&) {}
    // True where the key meant something.
    virtual bool key(const QKeyEvent&) { return false; }
    // Takes back what is not finished.
    virtual void cancel() = 0;
    [[nodiscard]] virtual bool isActive() const = 0;
    virtual void paint(QPainter&) const {}
    [[nodiscard]] virtual Qt::CursorShape cursor(const QPointF& at) const = 0;

protected:
    explicit CanvasTool(SceneCanvas& canvas) : canvas_(canvas) {}
    SceneCanvas& canvas_;
};

} // namespace binaurium
