// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/canvas/CanvasOptions.h"
#include "widgets/canvas/CanvasTool.h"

#include <QToolBar>

class QActionGroup;
class QComboBox;

namespace binaurium {

// Tools of the views, grid and snapping, what is drawn beside the objects, and the elevation. Its actions are also in
// the menus.
class SceneToolBar : public QToolBar
{
    Q_OBJECT

public:
    explicit SceneToolBar(CanvasOptions& options, QWidget* parent = nullptr);

    enum class Elevation { None, Front, Side };
    void chooseTool(CanvasTool::Kind kind);
    void setElevation(Elevation elevation);
    [[nodiscard]] Elevation elevation() const;
    [[nodiscard]] QAction* snapAction() const { return snap_; }
    [[nodiscard]] std::vector<QAction*> toolActions() const { return tools_; }
    [[nodiscard]] std::vector<QAction*> shownActions() const { return {polar_, reflections_, levels_}; }

signals:
    void toolChosen(binaurium::CanvasTool::Kind kind);
    void elevationChosen(binaurium::SceneToolBar::Elevation elevation);

private:
    QAction* makeSwitch(const QString& words, const QString& tip, bool GridOptions::*member);
    void showOptions();

    CanvasOptions& options_;
    std::vector<QAction*> tools_; // by CanvasTool::Kind
    QAction* snap_;
    QAction* polar_;
    QAction* reflections_;
    QAction* levels_;
    QComboBox* step_;
    QComboBox* elevation_;
};

} // namespace binaurium
