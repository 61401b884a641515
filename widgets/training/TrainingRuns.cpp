// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/TrainingRuns.h"

#include "core/support/AtomicFile.h"
#include "core/training/run/RunFolder.h"
#include "widgets/training/RunProcess.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>

namespace binaurium {
namespace {

constexpr int lookMs = 1000;

} // namespace

TrainingRuns::TrainingRuns(QObject* parent) : QObject(parent)
{
    timer_.setInterval(lookMs);
    connect(&timer_, &QTimer::timeout, this, &TrainingRuns::look);
    timer_.start();
}

void TrainingRuns::setFolder(const QString& folder)
{
    folder_ = QDir::cleanPath(folder);
    runs_.clear();
    stopping_.clear();
    queue_ = WaitingRuns(folder_);
    setQueueActive(false);
    tellQueueProblem();
    for (const auto& run : listRuns(folder_.toStdString()))
        runs_.push_back(std::make_unique<RunFollower>(QString::fromStdString(run.string())));
    emit listChanged();
}

RunFollower* TrainingRuns::open(const QString& run)
{
    const auto path = QDir::cleanPath(QFileInfo(run).absoluteFilePath());
    if (auto* known = find(path))
        return known;
    if (!isRunFolder(path.toStdString()))
        return nullptr;
    runs_.push_back(std::make_unique<RunFollower>(path));
    emit listChanged();
    return runs_.back().get();
}

RunFollower* TrainingRuns::find(const QString& run) const
{
    const auto found = std::ranges::find_if(runs_, [&](const auto& r) { return r->folder() == run; });
    return found == runs_.end() ? nullptr : found->get();
}

QString TrainingRuns::pathOf(const QString& name) const
{
    return QDir(folder_).filePath(name);
}

QString TrainingRuns::configOf(const QString& name) const
{
    return pathOf(name + QStringLiteral(".toml"));
}

QString TrainingRuns::freeName(const QString& wish) const
{
    const auto taken = [&](const QString& name) {
        return QFileInfo::exists(pathOf(name)) || QFileInfo::exists(configOf(name)) || queue_.names().contains(name);
    };
    for (int i = 1;; ++i)
        if (const auto name = i == 1 ? wish : QStringLiteral("%1-%2").arg(wish).arg(i); !taken(name))
            return name;
}

bool TrainingRuns::writeConfig(const QString& name, const QString& text)
{
    if (!isRunName(name)) {
        emit message(tr("'%1' cannot name a run: it must be one folder name.").arg(name));
        return false;
    }
    if (QFileInfo::exists(pathOf(name))) {
        emit message(tr("There is a run '%1' already; a run never overwrites a run.").arg(name));
        return false;
    }
    try {
        if (QFileInfo::exists(configOf(name)) && readFile(configOf(name).toStdString()) != text.toStdString()) {
            emit message(tr("'%1' is there already, with other options; choose another name.").arg(configOf(name)));
            return false;
        }
        std::filesystem::create_directories(folder_.toStdString());
        writeFileAtomically(configOf(name).toStdString(), text.toStdString());
        return true;
    } catch (const std::exception& e) {
        emit message(QString::fromStdString(e.what()));
        return false;
    }
}

bool TrainingRuns::start(const QString& name, const QString& configText)
{
    return writeConfig(name, configText) && launch(pathOf(name), false);
}

bool TrainingRuns::enqueue(const QString& name, const QString& configText)
{
    if (!writeConfig(name, configText))
        return false;
    queue_.append(name);
    tellQueueProblem();
    setQueueActive(true);
    emit listChanged();
    return true;
}

void TrainingRuns::unqueue(const QString& name)
{
    queue_.remove(name);
    tellQueueProblem();
    emit listChanged(); // the configuration stays: somebody may have typed it
}

void TrainingRuns::tellQueueProblem()
{
    if (!queue_.problem().isEmpty())
        emit message(queue_.problem());
}

void TrainingRuns::moveInQueue(const QString& name, int places)
{
    queue_.move(name, places);
    tellQueueProblem();
    emit listChanged();
}

void TrainingRuns::setQueueActive(bool active)
{
    if (queueActive_ == active)
        return;
    queueActive_ = active;
    emit queueActiveChanged(active);
}

bool TrainingRuns::launch(const QString& run, bool resumes)
{
    const auto config = run + QStringLiteral(".toml");
    const auto process = resumes ? RunProcess::resume(run) : RunProcess::start(config, run);
    QString error;
    const qint64 id = process.startDetached(&error);
    if (id == 0) {
        emit message(error);
        return false;
    }
    starting_[run] = id;
    launched_[run] = id;
    own_.insert(run);
    stopping_.remove(run);
    emit listChanged();
    return true;
}

bool TrainingRuns::resume(RunFollower& run)
{
    return run.mayResume() && !isStarting(run.folder()) && launch(run.folder(), true);
}

void TrainingRuns::pause(RunFollower& run)
{
    setQueueActive(false);
    if (run.isRunning() && !isStopping(run))
        stop(run);
}

void TrainingRuns::stop(RunFollower& run)
{
    // Read anew: what the last look saw may be the number of a process before this one.
    // A process that has just taken the lock may not have written its own number yet.
    qint64 process = RunFolder::runningProcess(run.folder().toStdString()).value_or(0);
    if (!RunProcess::isAlive(process))
        process = launched_.value(run.folder());
    if (isStopping(run))
        RunProcess::kill(process);
    else if (RunProcess::askToStop(process))
        stopping_.insert(run.folder());
    else
        emit message(tr("The process %1 of '%2' cannot be stopped by this user.").arg(process).arg(run.name()));
    emit runChanged(run.folder());
}

void TrainingRuns::setPauseAfter(const RunFollower& run, const QString& stage)
{
    if (stage.isEmpty())
        pauseAfter_.remove(run.folder());
    else
        pauseAfter_[run.folder()] = stage;
}

int TrainingRuns::ownRunning() const
{
    return static_cast<int>(std::ranges::count_if(own_, [&](const QString& path) {
        const RunFollower* run = find(path);
        return isStarting(path) || (run != nullptr && run->isRunning());
    }));
}

void TrainingRuns::stopOwn()
{
    setQueueActive(false);
    for (const auto& path : own_)
        if (RunFollower* run = find(path); run != nullptr && run->isRunning() && !isStopping(*run))
            stop(*run);
        else if (isStarting(path))
            RunProcess::askToStop(starting_.value(path));
}

void TrainingRuns::look()
{
    lookForNew();
    bool more = false;
    for (std::size_t i = 0; i < runs_.size(); ++i) { // a receiver may add runs
        RunFollower& run = *runs_[i];
        const bool ran = run.isRunning();
        if (run.look())
            emit runChanged(run.folder());
        more = more || run.moreToRead();
        if (const auto stage = pauseAfter(run); run.isRunning() && !stage.isEmpty() && !isStopping(run)) {
            const StageHistory* history = run.history().stage(stage.toStdString());
            if (history != nullptr && history->state == StageStatus::Finished) {
                setPauseAfter(run, {});
                pause(run);
            }
        }
        if (ran && !run.isRunning()) {
            stopping_.remove(run.folder());
            own_.remove(run.folder());
            emit runEnded(run.folder(), run.summary().state);
        }
    }
    lookAtStarting();
    startNext();
    emit looked();
    if (more)
        QTimer::singleShot(0, this, &TrainingRuns::look);
}

void TrainingRuns::lookForNew()
{
    bool found = false;
    for (const auto& path : listRuns(folder_.toStdString())) {
        const auto run = QString::fromStdString(path.string());
        if (find(run) != nullptr)
            continue;
        runs_.push_back(std::make_unique<RunFollower>(run));
        found = true;
    }
    if (found)
        emit listChanged();
}

void TrainingRuns::lookAtStarting()
{
    for (const QString& path : starting_.keys()) {
        const RunFollower* run = find(path);
        const bool runs = run != nullptr && run->isRunning();
        if (!runs && RunProcess::isAlive(starting_[path]))
            continue;
        starting_.remove(path);
        if (!runs) {
            own_.remove(path);
            const auto log = RunProcess::logTailOf(path);
            if (run == nullptr || run->mayResume())
                emit startFailed(path, QString::fromStdString(log).trimmed());
            else
                emit runEnded(path, run->summary().state); // between two looks it did all its work
        }
        emit listChanged();
    }
}

void TrainingRuns::startNext()
{
    const bool busy = !starting_.isEmpty() || std::ranges::any_of(runs_, [&](const auto& run) {
        return run->isRunning() && QFileInfo(run->folder()).absolutePath() == QFileInfo(folder_).absoluteFilePath();
    });
    if (busy || !queueActive_ || queue_.names().isEmpty())
        return;
    const auto name = queue_.names().first();
    queue_.remove(name);
    tellQueueProblem();
    if (QFileInfo::exists(configOf(name)))
        launch(pathOf(name), false);
    else
        emit message(tr("The configuration of '%1' is gone; it left the queue.").arg(name));
    emit listChanged();
}

} // namespace binaurium
