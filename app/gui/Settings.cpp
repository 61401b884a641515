// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/Settings.h"

#include <QSettings>
#include <algorithm>

namespace binaurium {
namespace {

const auto geometryKey = QStringLiteral("window/geometry");
const auto stateKey = QStringLiteral("window/state");
const auto appearanceKey = QStringLiteral("window/appearance");
const auto snapKey = QStringLiteral("grid/snap");
const auto polarKey = QStringLiteral("grid/polar");
const auto stepKey = QStringLiteral("grid/step_m");
const auto reflectionsKey = QStringLiteral("grid/reflections");
const auto levelsKey = QStringLiteral("grid/levels");
const auto recipeKey = QStringLiteral("dataset/recipe");
const auto splitKey = QStringLiteral("dataset/split");
const auto previewsKey = QStringLiteral("dataset/previews");
const auto headsKey = QStringLiteral("dataset/head_folder");
const auto setKey = QStringLiteral("dataset/set_folder");
const auto runsKey = QStringLiteral("training/folder");
const auto recentKey = QStringLiteral("files/recent");

} // namespace

QByteArray Settings::geometry() const
{
    return QSettings().value(geometryKey).toByteArray();
}

void Settings::setGeometry(const QByteArray& value)
{
    QSettings().setValue(geometryKey, value);
}

QByteArray Settings::windowState() const
{
    return QSettings().value(stateKey).toByteArray();
}

void Settings::setWindowState(const QByteArray& value)
{
    QSettings().setValue(stateKey, value);
}

QStringList Settings::recentFiles() const
{
    return QSettings().value(recentKey).toStringList();
}

void Settings::addRecentFile(const QString& path)
{
    auto files = recentFiles();
    files.removeAll(path);
    files.prepend(path);
    while (files.size() > recentLimit)
        files.removeLast();
    QSettings().setValue(recentKey, files);
}

void Settings::clearRecentFiles()
{
    QSettings().remove(recentKey);
}

Appearance Settings::appearance() const
{
    return appearanceFromId(QSettings().value(appearanceKey).toString());
}

void Settings::setAppearance(Appearance value)
{
    QSettings().setValue(appearanceKey, appearanceId(value));
}

GridOptions Settings::grid() const
{
    const QSettings settings;
    GridOptions grid;
    grid.snap = settings.value(snapKey, grid.snap).toBool();
    grid.polar = settings.value(polarKey, grid.polar).toBool();
    grid.stepM = std::clamp(settings.value(stepKey, grid.stepM).toDouble(), 0.01, 5.0);
    grid.reflections = settings.value(reflectionsKey, grid.reflections).toBool();
    grid.levels = settings.value(levelsKey, grid.levels).toBool();
    return grid;
}

void Settings::setGrid(const GridOptions& value)
{
    if (value == grid())
        return;
    QSettings settings;
    settings.setValue(snapKey, value.snap);
    settings.setValue(polarKey, value.polar);
    settings.setValue(stepKey, value.stepM);
    settings.setValue(reflectionsKey, value.reflections);
    settings.setValue(levelsKey, value.levels);
}

DatasetChoices Settings::dataset() const
{
    const QSettings settings;
    DatasetChoices choices;
    choices.recipe = settings.value(recipeKey, choices.recipe).toString();
    choices.split = settings.value(splitKey, choices.split).toString();
    choices.count = settings.value(previewsKey, choices.count).toInt();
    choices.headFolder = settings.value(headsKey).toString();
    choices.setFolder = settings.value(setKey).toString();
    return choices;
}

void Settings::setDataset(const DatasetChoices& value)
{
    if (value == dataset())
        return;
    QSettings settings;
    settings.setValue(recipeKey, value.recipe);
    settings.setValue(splitKey, value.split);
    settings.setValue(previewsKey, value.count);
    settings.setValue(headsKey, value.headFolder);
    settings.setValue(setKey, value.setFolder);
}

QString Settings::runsFolder() const
{
    return QSettings().value(runsKey).toString();
}

void Settings::setRunsFolder(const QString& value)
{
    QSettings().setValue(runsKey, value);
}

void Settings::reset()
{
    QSettings().clear();
}

} // namespace binaurium
