// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QWidget>
#include <string>
#include <vector>

class QLabel;
class QPushButton;
class QTableWidget;

namespace binaurium {

class RunFollower;

// One file of checkpoints/.
struct CheckpointFile
{
    QString path;
    std::string stage;
    enum class Kind { Last, Best, Numbered } kind = Kind::Last;
    std::int64_t step = -1; // of a numbered one; -1: see the history
    double bytes = 0.0;
    QDateTime written;
};
// STAGE.safetensors, STAGE-best.safetensors, STAGE-000500.safetensors below the run; by stage, then last, best, step.
[[nodiscard]] std::vector<CheckpointFile> checkpointsOf(const QString& run);

// Checkpoints of a run with their step and metric: start a run from one, ask the model, delete.
class CheckpointTable : public QWidget
{
    Q_OBJECT

public:
    explicit CheckpointTable(QWidget* parent = nullptr);
    void setRun(const RunFollower* run); // null: none
    void look();
    [[nodiscard]] QTableWidget& table() const { return *table_; }
    [[nodiscard]] QPushButton& deleteButton() const { return *delete_; }
    // Deletes without asking; tests and the confirmed button.
    bool remove(const QString& path);

signals:
    // The model folder of the run, for the Ask tab.
    void askWanted(const QString& modelFolder);
    // A new run whose configuration names this checkpoint.
    void newRunWanted(const std::string& option, const QString& path);
    void message(const QString& text);

private:
    [[nodiscard]] const CheckpointFile* chosen() const;
    void showChoice();
    void fill();
    void askAndRemove();

    const RunFollower* run_ = nullptr;
    std::vector<CheckpointFile> files_;
    QTableWidget* table_;
    QPushButton* newRun_;
    QPushButton* ask_;
    QPushButton* delete_;
    QLabel* note_;
};

} // namespace binaurium
