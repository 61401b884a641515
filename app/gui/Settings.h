// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/Appearance.h"
#include "widgets/canvas/CanvasOptions.h"
#include "widgets/dataset/DatasetChoices.h"

#include <QByteArray>
#include <QStringList>

namespace binaurium {

// What the workbench remembers, typed; the keys stand nowhere else.
class Settings
{
public:
    static constexpr int layoutVersion = 1; // of saved window states; others are ignored
    static constexpr int recentLimit = 10;

    [[nodiscard]] QByteArray geometry() const;
    void setGeometry(const QByteArray& value);
    [[nodiscard]] QByteArray windowState() const;
    void setWindowState(const QByteArray& value);
    [[nodiscard]] QStringList recentFiles() const;
    void addRecentFile(const QString& path);
    void clearRecentFiles();
    [[nodiscard]] Appearance appearance() const;
    void setAppearance(Appearance value);
    [[nodiscard]] GridOptions grid() const;
    void setGrid(const GridOptions& value);
    [[nodiscard]] DatasetChoices dataset() const;
    void setDataset(const DatasetChoices& value);
    [[nodiscard]] QString runsFolder() const; // of training; empty: the default
    void setRunsFolder(const QString& value);
    void reset();
};

} // namespace binaurium
