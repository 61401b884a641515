// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/canvas/CanvasOptions.h"
#include "widgets/canvas/CanvasTool.h"
#include "widgets/canvas/ViewFrame.h"
#include "widgets/document/Selection.h"

#include <QTimer>
#include <QWidget>
#include <optional>

namespace binaurium {

struct CanvasGround;

// What the views of one scene have in common; outlives them.
struct CanvasContext
{
    SceneDocument& document;
    Selection& selection;
    CanvasOptions& options;
    ViewFrame& frame;
};

// A view of the room to scale. Draws the document and reports to its tool; knows only the document and its change
// events. Panning, zooming, drops, nudging by keys and walking through the objects with Tab are its own.
class SceneCanvas : public QWidget
{
    Q_OBJECT

public:
    SceneCanvas(const CanvasContext& context, Plane plane, QWidget* parent = nullptr);
    ~SceneCanvas() override;

    void setTool(CanvasTool::Kind kind);
    [[nodiscard]] CanvasTool& tool() const noexcept { return *tool_; }
    void setPlane(Plane plane);
    [[nodiscard]] Plane plane() const noexcept { return plane_; }
    [[nodiscard]] const CanvasContext& context() const noexcept { return context_; }
    [[nodiscard]] const Scene& scene() const noexcept { return context_.document.scene(); }

    [[nodiscard]] QPointF toWidget(const Vec3& positionM) const;
    // The coordinate that this view does not show is taken from `other`.
    [[nodiscard]] Vec3 toRoom(const QPointF& point, const Vec3& other) const;
    // Where an object is drawn: at the time that is played where it moves.
    [[nodiscard]] Pose shownPose(int object) const;
    // The nearest object within reach; noObject where there is none.
    [[nodiscard]] int objectAt(const QPointF& point) const;
    // The place under the pointer, its third coordinate from `other`; nothing while the pointer is elsewhere.
    [[nodiscard]] std::optional<Vec3> pointed(const Vec3& other) const;
    [[nodiscard]] double markRadius() const;
    [[nodiscard]] double reach() const; // of the pointer, at least 12 pixels
    // Where the handle that turns an object is; only in the plan.
    [[nodiscard]] QPointF turnHandle(int object) const;
    // One sentence about an object for the status bar and screen readers.
    [[nodiscard]] static QString describe(const Scene& scene, int object);

    // Moves the selection by grid steps as the arrow keys do.
    void nudge(const Vec3& steps, Qt::KeyboardModifiers modifiers);
    void frameSelection();

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void filesDropped(const QStringList& files, const binaurium::Vec3& positionM, int onObject);
    // Sources from the palette or from another window, to be added at a place.
    void sourcesDropped(const QByteArray& text, const binaurium::Vec3& positionM);
    void spaceTapped();
    void toolDone();                // the tool has nothing more to do
    void hint(const QString& text); // of the tool, for the status bar

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void onChanged(const SceneChange& change);
    void tellSize();
    void describeToReaders();
    bool walk(bool forward);
    [[nodiscard]] bool moveByKey(const QKeyEvent& event);

    CanvasContext context_;
    Plane plane_;
    CanvasTool::Kind kind_ = CanvasTool::Kind::Select;
    std::unique_ptr<CanvasTool> tool_;
    std::unique_ptr<CanvasGround> ground_;
    bool pressed_ = false; // the left button, for the tool
    bool panning_ = false;
    bool spaceDown_ = false;
    bool spacePanned_ = false;
    QPointF panFrom_;
    QPointF pointer_;
    bool pointerInside_ = false;
    std::uint64_t nudgeKey_ = 0; // one burst of presses is one step
    QTimer burst_;
};

// The mime type of sourcesToText().
inline const QString sourcesMimeType = QStringLiteral("application/x-binaurium-sources");

} // namespace binaurium
