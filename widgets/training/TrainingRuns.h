// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/training/RunFollower.h"
#include "widgets/training/WaitingRuns.h"

#include <QMap>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <memory>
#include <vector>

namespace binaurium {

// The runs of one folder and the queue before them: found again after a restart, started, stopped, resumed. What trains
// is told by the locks of the folders, so it does not matter which program started it.
class TrainingRuns : public QObject
{
    Q_OBJECT

public:
    explicit TrainingRuns(QObject* parent = nullptr);

    // Forgets the runs and lists those of another folder, which need not exist yet.
    void setFolder(const QString& folder);
    [[nodiscard]] const QString& folder() const noexcept { return folder_; }
    // Adds one run from anywhere; null where there is none.
    RunFollower* open(const QString& run);

    [[nodiscard]] int count() const noexcept { return static_cast<int>(runs_.size()); }
    [[nodiscard]] RunFollower& at(int index) const { return *runs_.at(static_cast<std::size_t>(index)); }
    [[nodiscard]] RunFollower* find(const QString& run) const; // by folder
    [[nodiscard]] const WaitingRuns& queue() const noexcept { return queue_; }
    [[nodiscard]] QString pathOf(const QString& name) const;   // folder of a run of this folder
    [[nodiscard]] QString configOf(const QString& name) const; // its configuration before it starts
    // A name that is not taken, made of `wish`.
    [[nodiscard]] QString freeName(const QString& wish) const;

    // Writes the configuration NAME.toml and starts it. False, with a message, when that fails.
    bool start(const QString& name, const QString& configText);
    // Writes the configuration and waits until nothing else of this folder trains.
    bool enqueue(const QString& name, const QString& configText);
    void unqueue(const QString& name);
    void moveInQueue(const QString& name, int places);
    // Whether the next of the queue starts by itself when nothing trains.
    void setQueueActive(bool active);
    [[nodiscard]] bool isQueueActive() const noexcept { return queueActive_; }

    bool resume(RunFollower& run);
    // The step is finished and a checkpoint written; the queue waits too.
    void pause(RunFollower& run);
    // The same, and the queue goes on. Asked a second time while it still runs: the process is killed.
    void stop(RunFollower& run);
    [[nodiscard]] bool isStopping(const RunFollower& run) const { return stopping_.contains(run.folder()); }
    [[nodiscard]] bool isStarting(const QString& run) const { return starting_.contains(run); }
    // Pauses the run when this stage ends; an empty name takes that back.
    void setPauseAfter(const RunFollower& run, const QString& stage);
    [[nodiscard]] QString pauseAfter(const RunFollower& run) const { return pauseAfter_.value(run.folder()); }
    // Runs that this program started or resumed and that still train.
    [[nodiscard]] int ownRunning() const;
    void stopOwn();

    // Looks at all folders now; the timer does it each second.
    void look();

signals:
    void listChanged();
    void runChanged(const QString& run);
    void runEnded(const QString& run, binaurium::RunState state);
    // A process that ended before its folder was there; `log` is the end of what it said.
    void startFailed(const QString& run, const QString& log);
    void queueActiveChanged(bool active);
    void looked(); // at all of them
    void message(const QString& text);

private:
    bool writeConfig(const QString& name, const QString& text);
    bool launch(const QString& run, bool resumes);
    void lookForNew();
    void lookAtStarting();
    void tellQueueProblem();
    void startNext();

    QString folder_;
    std::vector<std::unique_ptr<RunFollower>> runs_;
    WaitingRuns queue_;
    bool queueActive_ = false;
    QMap<QString, qint64> starting_;  // run folder: process that has not taken the lock yet
    QHash<QString, qint64> launched_; // last process started for a run, also after it was up
    QSet<QString> stopping_, own_;
    QMap<QString, QString> pauseAfter_;
    QTimer timer_;
};

} // namespace binaurium
