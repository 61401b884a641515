// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"
#include "widgets/document/SceneDocument.h"

#include <QWidget>
#include <optional>

namespace binaurium {

// Plan of the room to scale: x to the right, y up. Sources and listener are dragged, turned by the handle at the nose,
// and moved by the arrow keys; every change is a command of the document. Knows only the document and its change
// events.
class PlanView : public QWidget
{
    Q_OBJECT

public:
    static constexpr int listenerIndex = -1; // selection of the listener; sources from 0
    static constexpr int nothing = -2;

    explicit PlanView(SceneDocument& document, QWidget* parent = nullptr);

    [[nodiscard]] int selection() const noexcept { return selection_; }
    void select(int index);
    void setSnap(bool on) { snap_ = on; }
    [[nodiscard]] bool snap() const noexcept { return snap_; }
    // "What the model believes" beside the real sources; empty hides it.
    void setHeard(std::optional<Localization> heard);
    void fitRoom();

    [[nodiscard]] QPointF toWidget(const Vec3& positionM) const;
    [[nodiscard]] Vec3 toRoom(const QPointF& point, double heightM) const;
    // Where the handle that turns the listener is.
    [[nodiscard]] QPointF noseHandle() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void selectionChanged(int index);
    void filesDropped(const QStringList& files, const binaurium::Vec3& positionM);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    enum class Drag { None, Move, Turn, Pan };
    void onChanged(const SceneChange& change);
    [[nodiscard]] int objectAt(const QPointF& point) const;
    [[nodiscard]] Vec3 positionOf(int index) const;
    void moveSelected(const Vec3& positionM, std::uint64_t mergeKey);
    void nudge(const QKeyEvent& event, double x, double y);
    void abortDrag();
    [[nodiscard]] double unit() const; // widget pixels per metre
    [[nodiscard]] double markRadius() const;
    void drawSource(QPainter& painter, int index) const;
    void drawHeard(QPainter& painter) const;
    void drawRoom(QPainter& painter) const;

    SceneDocument& document_;
    std::optional<Localization> heard_;
    int selection_ = listenerIndex;
    bool snap_ = true;
    Drag drag_ = Drag::None;
    std::uint64_t dragKey_ = 0;
    Listener dragStart_; // position of what is dragged and the listener's yaw, for Escape
    QPointF grabOffset_;
    QPointF panStart_;
    std::uint64_t nudgeKey_ = 0;
    double zoom_ = 1.0;
    QPointF pan_;
};

} // namespace binaurium
