// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/training/TrainingRuns.h"

#include <QAbstractTableModel>
#include <QColor>

namespace binaurium {

// Runs, then those that wait. A tick compares a run in the curves; its colour is shown before its name and stays.
class RunListModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, State, Progress, columns };
    static constexpr int folderRole = Qt::UserRole; // of a run; of one that waits, the folder it will have
    static constexpr int queuedRole = Qt::UserRole + 1;

    explicit RunListModel(TrainingRuns& runs, QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

    [[nodiscard]] QColor colour(const QString& run) const;
    [[nodiscard]] int colourIndex(const QString& run) const;
    [[nodiscard]] const QStringList& ticked() const noexcept { return ticked_; } // folders
    [[nodiscard]] QModelIndex indexOf(const QString& run) const;

signals:
    void tickedChanged();

private:
    [[nodiscard]] QString stateText(const RunFollower& run) const;
    void rebuild();

    TrainingRuns& runs_;
    int shownRuns_ = 0, shownQueue_ = 0;
    QStringList colours_; // folders in the order they were first seen: a run keeps its colour
    QStringList ticked_;
};

} // namespace binaurium
