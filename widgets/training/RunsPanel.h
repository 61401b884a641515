// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/training/RunListModel.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QPushButton;
class QTableView;
class QToolButton;

namespace binaurium {

// The list of runs of a folder with their state, and the queue.
class RunsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit RunsPanel(TrainingRuns& runs, QWidget* parent = nullptr);

    // Marks a run, now or once it is in the list; chosenChanged() tells of the user's choices only.
    void choose(const QString& run);
    [[nodiscard]] QString chosen() const; // folder; empty: none, or one that waits
    [[nodiscard]] RunListModel& model() { return model_; }
    [[nodiscard]] QTableView& table() const { return *table_; }
    [[nodiscard]] QPushButton& newButton() const { return *new_; }
    [[nodiscard]] QCheckBox& queueCheck() const { return *queue_; }

signals:
    void chosenChanged(const QString& run);
    void newRunWanted();
    void openRunWanted(const QString& folder);
    void folderWanted(const QString& folder);

private:
    void makeRows();
    void showQueue();
    void moveInQueue(int places);
    [[nodiscard]] QString waiting() const; // name of the chosen one that waits

    TrainingRuns& runs_;
    RunListModel model_;
    QString wanted_; // chosen run, kept over changes of the list
    QLabel* folder_;
    QTableView* table_;
    QPushButton* new_;
    QCheckBox* queue_;
    QToolButton* up_;
    QToolButton* down_;
    QToolButton* remove_;
};

} // namespace binaurium
