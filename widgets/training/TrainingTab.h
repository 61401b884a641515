// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/training/TrainingRuns.h"

#include <QWidget>
#include <filesystem>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTabWidget;

namespace binaurium {

class CheckpointTable;
class CompletionsView;
class ConfigEditor;
class CurvesPanel;
class LogView;
class MessageBar;
class RunSetup;
class RunsPanel;
class StageChain;

// Training: runs and their queue on the left; the chosen run with its stages, curves, completions, checkpoints, log and
// configuration on the right, or a new run.
class TrainingTab : public QWidget
{
    Q_OBJECT

public:
    explicit TrainingTab(QWidget* parent = nullptr);

    void setFolder(const QString& folder);
    // Opens a run folder; a sentence when it is none.
    void openRun(const std::filesystem::path& folder);
    // Steps of the chosen run that were read, over all stages.
    [[nodiscard]] int pointCount() const;
    // Asks what is to become of runs that were started here: false when the window is to stay.
    [[nodiscard]] bool mayClose();
    // One line for the status bar; empty while there is nothing to say.
    [[nodiscard]] QString badge() const;
    void newRun();

    [[nodiscard]] TrainingRuns& runs() { return runs_; }
    [[nodiscard]] RunsPanel& list() { return *list_; }
    [[nodiscard]] RunSetup& setup() { return *setup_; }
    [[nodiscard]] CurvesPanel& curves() { return *curves_; }
    [[nodiscard]] CompletionsView& completions() { return *completions_; }
    [[nodiscard]] CheckpointTable& checkpoints() { return *checkpoints_; }
    [[nodiscard]] LogView& log() { return *log_; }
    [[nodiscard]] StageChain& chain() { return *chain_; }
    [[nodiscard]] MessageBar& messageBar() { return *bar_; }
    [[nodiscard]] QTabWidget& pages() { return *pages_; }
    [[nodiscard]] QPushButton& pauseButton() { return *pause_; }
    [[nodiscard]] QPushButton& resumeButton() { return *resume_; }
    [[nodiscard]] QPushButton& stopButton() { return *stop_; }

signals:
    void message(const QString& text);
    void badgeChanged(const QString& text);
    // A run ended or failed: a sentence, for the desktop too.
    void runEnded(const QString& sentence);
    void askWanted(const QString& modelFolder);
    void folderChanged(const QString& folder);

private:
    void makeRunSide(QWidget* side);
    void makeButtons(QWidget* side);
    void connectRuns();
    void connectPages();
    void choose(const QString& run);
    void showRun(); // what changes with every event
    void lookAtFiles();
    void showState(); // buttons, words, message bar
    void showTicked();
    void showBadge();
    void sayWhy(const QString& run, const QString& text);
    void ended(const QString& run, RunState state);
    void newRunFrom(const std::string& option, const QString& path);
    [[nodiscard]] RunFollower* chosen() const { return runs_.find(chosen_); }

    TrainingRuns runs_;
    QString chosen_;  // folder; of a run that starts, one that will be there in a moment
    QString shown_;   // folder that the views show
    QString lastEnd_; // sentence of the last run that ended
    RunsPanel* list_;
    QStackedWidget* stack_; // the run, or a new one
    RunSetup* setup_;
    StageChain* chain_;
    QLabel* title_;
    QPushButton* resume_;
    QPushButton* pause_;
    QPushButton* stop_;
    QPushButton* command_;
    MessageBar* bar_;
    QTabWidget* pages_;
    CurvesPanel* curves_;
    CompletionsView* completions_;
    CheckpointTable* checkpoints_;
    LogView* log_;
    ConfigEditor* config_;
};

} // namespace binaurium
