// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plot/PlotTheme.h"

#include <QPainter>
#include <QPixmap>
#include <vector>

class QWidget;

namespace binaurium {

class SceneCanvas;

// Room that axis labels take at the edges of a view.
struct CanvasMargins
{
    double left, right, top, bottom;
    [[nodiscard]] static CanvasMargins of(const QWidget& view);
    [[nodiscard]] QRectF free(const QRectF& area) const { return area.adjusted(left, top, -right, -bottom); }
};

// Grid, walls and axes of a view as a picture, kept while nothing that they show changes.
struct CanvasGround
{
    QPixmap picture;
    QString key; // everything that the picture depends on
};

// How a view looks; what it does is in SceneCanvas and the tools. One object per paint event.
class CanvasPainting
{
public:
    CanvasPainting(QPainter& painter, const SceneCanvas& canvas);
    void drawAll(CanvasGround& ground);

private:
    void drawGround();
    [[nodiscard]] QString groundKey() const;
    void drawSquareGrid();
    void drawPolarGrid();
    void drawRoom();
    void drawAxes();
    void drawScaleBar();
    void drawLevels();
    void drawReflections();
    void drawPath(int object);
    void drawHeard();
    void drawListenerMark();
    void drawSource(int object);
    void drawMark(const QPointF& at, int object, bool muted);
    // Beside a mark, below the names that stand there already.
    void drawName(const QPointF& at, const QString& text);
    [[nodiscard]] QRectF room() const;
    [[nodiscard]] double labelStepM() const;

    QPainter& painter_;
    const SceneCanvas& canvas_;
    PlotTheme theme_;
    double line_;                 // height of a line of text
    std::vector<QRectF> written_; // names
};

} // namespace binaurium
