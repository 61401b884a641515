// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/SceneToolBar.h"

#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QLabel>
#include <QLocale>

namespace binaurium {

SceneToolBar::SceneToolBar(CanvasOptions& options, QWidget* parent) : QToolBar(tr("Tools"), parent), options_(options)
{
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    auto* group = new QActionGroup(this);
    const std::array<std::array<QString, 3>, 3> tools{
        std::array{tr("Select"), tr("Select, move and turn objects"), QStringLiteral("V")},
        std::array{tr("Draw path"), tr("Draw the way of the selected object"), QStringLiteral("P")},
        std::array{tr("Measure"), tr("Measure distance and time of the sound"), QStringLiteral("M")}};
    for (std::size_t i = 0; i < tools.size(); ++i) {
        auto* action = addAction(tools[i][0]);
        action->setCheckable(true);
        action->setToolTip(tr("%1 (%2)").arg(tools[i][1], tools[i][2]));
        action->setShortcut(QKeySequence(tools[i][2]));
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        group->addAction(action);
        tools_.push_back(action);
        connect(action, &QAction::triggered, this, [this, i] { emit toolChosen(static_cast<CanvasTool::Kind>(i)); });
    }
    tools_.front()->setChecked(true);
    addSeparator();
    snap_ = makeSwitch(tr("Snap"), tr("Snap to the grid (Ctrl+G); Ctrl while dragging does the opposite"),
                       &GridOptions::snap);
    snap_->setShortcut(QKeySequence(tr("Ctrl+G")));
    step_ = new QComboBox(this);
    step_->setAccessibleName(tr("Grid step"));
    step_->setToolTip(tr("Step of the grid"));
    for (const double step : {0.05, 0.1, 0.25, 0.5, 1.0})
        step_->addItem(tr("%1 m").arg(QLocale().toString(step)), step);
    connect(step_, &QComboBox::activated, this, [this](int index) {
        auto grid = options_.grid();
        grid.stepM = step_->itemData(index).toDouble();
        options_.setGrid(grid);
    });
    addWidget(step_);
    polar_ =
        makeSwitch(tr("Polar grid"), tr("Grid of distances and azimuths around the listener"), &GridOptions::polar);
    addSeparator();
    reflections_ =
        makeSwitch(tr("Reflections"), tr("First-order reflections of the selected sources"), &GridOptions::reflections);
    levels_ = makeSwitch(tr("Levels"), tr("Level over distance around the selected source, and its critical distance"),
                         &GridOptions::levels);
    addSeparator();
    elevation_ = new QComboBox(this);
    elevation_->setAccessibleName(tr("Elevation"));
    elevation_->setToolTip(tr("View from the side below the plan"));
    elevation_->addItems({tr("no elevation"), tr("elevation x–z"), tr("elevation y–z")}); // in the order of Elevation
    elevation_->setCurrentIndex(static_cast<int>(Elevation::Front));
    connect(elevation_, &QComboBox::activated, this,
            [this](int index) { emit elevationChosen(static_cast<Elevation>(index)); });
    addWidget(elevation_);
    for (QAction* action : actions())
        if (QWidget* button = widgetForAction(action); button != nullptr && !action->isSeparator())
            button->setFocusPolicy(Qt::StrongFocus); // tool bars leave them out of the keyboard's way
    connect(&options_, &CanvasOptions::changed, this, &SceneToolBar::showOptions);
    showOptions();
}

QAction* SceneToolBar::makeSwitch(const QString& words, const QString& tip, bool GridOptions::*member)
{
    auto* action = addAction(words);
    action->setCheckable(true);
    action->setToolTip(tip);
    connect(action, &QAction::triggered, this, [this, member](bool on) {
        auto grid = options_.grid();
        grid.*member = on;
        options_.setGrid(grid);
    });
    return action;
}

void SceneToolBar::showOptions()
{
    const auto& grid = options_.grid();
    snap_->setChecked(grid.snap);
    polar_->setChecked(grid.polar);
    reflections_->setChecked(grid.reflections);
    levels_->setChecked(grid.levels);
    const int index = step_->findData(grid.stepM);
    step_->setCurrentIndex(index);
}

void SceneToolBar::chooseTool(CanvasTool::Kind kind)
{
    tools_[static_cast<std::size_t>(kind)]->trigger();
}

void SceneToolBar::setElevation(Elevation elevation)
{
    elevation_->setCurrentIndex(static_cast<int>(elevation));
    emit elevationChosen(elevation);
}

SceneToolBar::Elevation SceneToolBar::elevation() const
{
    return static_cast<Elevation>(elevation_->currentIndex());
}

} // namespace binaurium
