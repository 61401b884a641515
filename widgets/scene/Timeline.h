// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/Selection.h"

#include <QAbstractScrollArea>
#include <optional>

namespace binaurium {

// When each source sounds: a ruler in seconds and a bar per source. Dragging a bar moves it in time, dragging an end
// changes start or end, a double click switches looping, waypoints are marks that can be dragged, a click on the ruler
// goes there. Arrow keys move the selected bars by 0.1 s, with Alt their ends. Each drag is one step.
class Timeline : public QAbstractScrollArea
{
    Q_OBJECT

public:
    Timeline(SceneDocument& document, Selection& selection, QWidget* parent = nullptr);

    void setPlayedS(std::optional<double> timeS);
    [[nodiscard]] double xOf(double timeS) const; // in the viewport
    [[nodiscard]] double timeAt(double x) const;
    [[nodiscard]] QRectF barOf(int source) const; // in the viewport
    [[nodiscard]] double rulerHeight() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void seekWanted(double timeS);
    void message(const QString& text);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Grip { None, Ruler, Bar, Start, End, Waypoint };
    struct Hit
    {
        Grip grip = Grip::None;
        int source = noObject;
        std::size_t waypoint = 0;
    };
    void onChanged();
    [[nodiscard]] Hit hitAt(const QPointF& at) const;
    [[nodiscard]] double rowHeight() const;
    [[nodiscard]] double nameWidth() const;
    void applyDrag(double byS, bool snap);
    void shift(const std::vector<int>& sources, const Scene& start, double startByS, double endByS,
               std::uint64_t mergeKey, const QString& what);
    void paintRuler(QPainter& painter) const;
    void paintRow(QPainter& painter, int source) const;

    SceneDocument& document_;
    Selection& selection_;
    std::optional<double> playedS_;
    Hit drag_;
    Scene start_; // as it was when the button went down
    double pressedS_ = 0.0;
    std::uint64_t key_ = 0;
    std::uint64_t nudgeKey_ = 0;
};

} // namespace binaurium
