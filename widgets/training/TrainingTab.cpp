// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/TrainingTab.h"

#include "core/support/AtomicFile.h"
#include "widgets/controls/MessageBar.h"
#include "widgets/training/CheckpointTable.h"
#include "widgets/training/CompletionsView.h"
#include "widgets/training/ConfigEditor.h"
#include "widgets/training/CurvesPanel.h"
#include "widgets/training/LogView.h"
#include "widgets/training/RunProcess.h"
#include "widgets/training/RunSetup.h"
#include "widgets/training/RunWords.h"
#include "widgets/training/RunsPanel.h"
#include "widgets/training/StageChain.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace binaurium {
namespace {

constexpr int shownLogLines = 3;
const auto failureTopic = QStringLiteral("failure");

QString lastLines(const QString& text)
{
    const auto lines = text.trimmed().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    return lines.mid(std::max<qsizetype>(0, lines.size() - shownLogLines)).join(QLatin1Char('\n'));
}

} // namespace

TrainingTab::TrainingTab(QWidget* parent) : QWidget(parent)
{
    auto* halves = new QSplitter(Qt::Horizontal, this);
    list_ = new RunsPanel(runs_, halves);
    stack_ = new QStackedWidget(halves);
    auto* side = new QWidget(stack_);
    makeRunSide(side);
    setup_ = new RunSetup(runs_, stack_);
    stack_->addWidget(side);
    stack_->addWidget(setup_);
    halves->setStretchFactor(0, 0);
    halves->setStretchFactor(1, 1);
    halves->setChildrenCollapsible(false);
    halves->setSizes({22 * fontMetrics().height(), 60 * fontMetrics().height()});
    (new QVBoxLayout(this))->addWidget(halves);
    connectRuns();
    connectPages();
    runs_.setFolder(QDir(QDir::homePath()).filePath(QStringLiteral("binaurium/runs")));
    showState();
}

void TrainingTab::makeRunSide(QWidget* side)
{
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    chain_ = new StageChain(side);
    bar_ = new MessageBar(side);
    pages_ = new QTabWidget(side);
    pages_->tabBar()->setAccessibleName(tr("Views of the run"));
    pages_->setDocumentMode(true);
    curves_ = new CurvesPanel(pages_);
    completions_ = new CompletionsView(pages_);
    checkpoints_ = new CheckpointTable(pages_);
    log_ = new LogView(pages_);
    config_ = new ConfigEditor(pages_);
    config_->setReadOnly(true);
    pages_->addTab(curves_, tr("Curves"));
    pages_->addTab(completions_, tr("Completions"));
    pages_->addTab(checkpoints_, tr("Checkpoints"));
    pages_->addTab(log_, tr("Log"));
    pages_->addTab(config_, tr("Configuration"));
    makeButtons(side);
    column->addWidget(chain_);
    column->addWidget(bar_);
    column->addWidget(pages_, 1);
}

void TrainingTab::makeButtons(QWidget* side)
{
    title_ = new QLabel(side);
    title_->setTextFormat(Qt::PlainText);
    title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto font = title_->font();
    font.setBold(true);
    title_->setFont(font);
    const auto button = [&](const QString& text, const QString& name, const QString& help) {
        auto* made = new QPushButton(text, side);
        made->setAccessibleName(name);
        made->setToolTip(help);
        return made;
    };
    resume_ = button(tr("▶ &Resume"), tr("Resume the run"),
                     tr("Goes on from the last checkpoint; gives the same numbers as a run without a pause"));
    pause_ = button(tr("❚❚ &Pause"), tr("Pause the run"),
                    tr("Finishes the step, writes a checkpoint and frees the memory; the queue waits"));
    stop_ = button(tr("■ S&top"), tr("Stop the run"),
                   tr("Finishes the step and writes a checkpoint; pressed again: ends the process at once"));
    command_ = new QPushButton(tr("&Copy command"), side);
    command_->setAccessibleName(tr("Copy the command that resumes the run"));
    auto* row = new QHBoxLayout;
    row->addWidget(title_, 1);
    for (QPushButton* each : {resume_, pause_, stop_, command_})
        row->addWidget(each);
    static_cast<QVBoxLayout*>(side->layout())->addLayout(row);
    connect(resume_, &QPushButton::clicked, this, [this] {
        bar_->withdraw(failureTopic);
        if (RunFollower* run = chosen())
            runs_.resume(*run);
    });
    connect(pause_, &QPushButton::clicked, this, [this] {
        if (RunFollower* run = chosen())
            runs_.pause(*run);
    });
    connect(stop_, &QPushButton::clicked, this, [this] {
        if (RunFollower* run = chosen())
            runs_.stop(*run);
    });
    connect(command_, &QPushButton::clicked, this, [this] {
        const auto text = RunProcess::resume(chosen_).commandLine();
        QApplication::clipboard()->setText(text);
        emit message(tr("Copied: %1").arg(text));
    });
}

void TrainingTab::connectRuns()
{
    connect(&runs_, &TrainingRuns::message, this, &TrainingTab::message);
    connect(&runs_, &TrainingRuns::runChanged, this, [this](const QString& run) {
        if (run == chosen_)
            showRun();
        else if (list_->model().ticked().contains(run))
            curves_->refresh();
        showBadge();
    });
    connect(&runs_, &TrainingRuns::listChanged, this, [this] {
        if (chosen() != nullptr && shown_ != chosen_)
            choose(chosen_); // it has appeared
        else if (chosen() == nullptr && !shown_.isEmpty())
            choose(runs_.isStarting(chosen_) ? chosen_ : QString());
        showTicked();
        showState();
        showBadge();
    });
    connect(&runs_, &TrainingRuns::runEnded, this, &TrainingTab::ended);
    connect(&runs_, &TrainingRuns::looked, this, &TrainingTab::lookAtFiles);
    connect(&runs_, &TrainingRuns::startFailed, this, [this](const QString& run, const QString& log) {
        const auto name = QFileInfo(run).fileName();
        lastEnd_ = tr("%1 could not start", "run").arg(name);
        sayWhy(run, log);
        emit runEnded(lastEnd_);
        showBadge();
    });
    connect(list_, &RunsPanel::chosenChanged, this, [this](const QString& run) {
        stack_->setCurrentIndex(0);
        choose(run);
    });
    connect(list_, &RunsPanel::newRunWanted, this, &TrainingTab::newRun);
    connect(list_, &RunsPanel::openRunWanted, this, [this](const QString& folder) { openRun(folder.toStdString()); });
    connect(list_, &RunsPanel::folderWanted, this, [this](const QString& folder) {
        setFolder(folder);
        emit folderChanged(folder);
    });
    connect(&list_->model(), &RunListModel::tickedChanged, this, &TrainingTab::showTicked);
    connect(chain_, &StageChain::pauseAfterChanged, this, [this](const QString& stage) {
        if (RunFollower* run = chosen()) {
            runs_.setPauseAfter(*run, stage);
            chain_->show(run, stage);
        }
    });
}

void TrainingTab::connectPages()
{
    connect(setup_, &RunSetup::message, this, &TrainingTab::message);
    connect(setup_, &RunSetup::closed, this, [this] { stack_->setCurrentIndex(0); });
    connect(setup_, &RunSetup::started, this, [this](const QString& run) {
        stack_->setCurrentIndex(0);
        choose(run); // its folder appears in a moment
        list_->choose(run);
        emit message(tr("%1 was handed to the trainer.").arg(QFileInfo(run).fileName()));
    });
    connect(curves_, &CurvesPanel::message, this, &TrainingTab::message);
    connect(checkpoints_, &CheckpointTable::message, this, &TrainingTab::message);
    connect(checkpoints_, &CheckpointTable::askWanted, this, &TrainingTab::askWanted);
    connect(checkpoints_, &CheckpointTable::newRunWanted, this, &TrainingTab::newRunFrom);
    connect(pages_, &QTabWidget::currentChanged, this, &TrainingTab::showRun);
}

void TrainingTab::setFolder(const QString& folder)
{
    choose({});
    runs_.setFolder(folder);
    if (runs_.count() > 0) {
        choose(runs_.at(runs_.count() - 1).folder());
        list_->choose(chosen_);
    }
}

void TrainingTab::openRun(const std::filesystem::path& folder)
{
    if (!std::filesystem::exists(folder / "events.jsonl")) {
        emit message(
            tr("%1 is not a training run: it has no events.jsonl.").arg(QString::fromStdString(folder.string())));
        return;
    }
    const RunFollower* run = runs_.open(QString::fromStdString(folder.string()));
    if (run == nullptr) {
        emit message(
            tr("%1 is not a training run: it has no config.toml.").arg(QString::fromStdString(folder.string())));
        return;
    }
    list_->choose(run->folder());
    choose(run->folder());
    runs_.look();
}

int TrainingTab::pointCount() const
{
    const RunFollower* run = chosen();
    return run == nullptr ? 0 : static_cast<int>(run->history().points());
}

void TrainingTab::choose(const QString& folder)
{
    chosen_ = folder;
    RunFollower* run = chosen();
    if (run != nullptr) {
        run->wantHistory();
        run->look();
    }
    bar_->withdraw(failureTopic);
    const QString path = run == nullptr ? QString() : run->folder();
    shown_ = path;
    completions_->setRun(path);
    checkpoints_->setRun(run);
    log_->setFile(path.isEmpty() ? QString() : RunProcess::logFileOf(path));
    QString text;
    try {
        if (run != nullptr)
            text = QString::fromStdString(readFile((path + QStringLiteral("/config.toml")).toStdString(), 1 << 20));
    } catch (const std::exception& e) {
        emit message(QString::fromStdString(e.what()));
    }
    config_->setText(text, path);
    showTicked();
    showRun();
    if (run != nullptr && run->summary().state == RunState::Failed)
        sayWhy(path, QString::fromStdString(run->summary().reason));
}

void TrainingTab::showTicked()
{
    QVector<CurvesPanel::Shown> shown;
    auto& model = list_->model();
    const auto add = [&](RunFollower* run) {
        if (run == nullptr)
            return;
        run->wantHistory();
        run->look();
        shown.append({run, model.colour(run->folder()), model.colourIndex(run->folder())});
    };
    add(chosen());
    for (const QString& folder : model.ticked())
        if (folder != chosen_)
            add(runs_.find(folder));
    curves_->setRuns(shown);
}

void TrainingTab::showRun()
{
    curves_->refresh();
    lookAtFiles();
}

// What grows without an event.
void TrainingTab::lookAtFiles()
{
    if (const RunFollower* run = chosen(); run == nullptr || shown_ != run->folder())
        return;
    completions_->look();
    checkpoints_->look();
    log_->look();
    showState();
}

void TrainingTab::showState()
{
    const RunFollower* run = chosen();
    chain_->show(run, run == nullptr ? QString() : runs_.pauseAfter(*run));
    const bool starts = runs_.isStarting(chosen_);
    const bool stops = run != nullptr && run->isRunning() && runs_.isStopping(*run);
    resume_->setEnabled(run != nullptr && run->mayResume() && !starts);
    pause_->setEnabled(run != nullptr && run->isRunning() && !stops);
    stop_->setEnabled(run != nullptr && run->isRunning());
    stop_->setText(stops ? tr("■ S&top at once") : tr("■ S&top"));
    command_->setEnabled(run != nullptr);
    if (run == nullptr) {
        title_->setText(starts ? tr("%1 is starting…").arg(QFileInfo(chosen_).fileName())
                               : tr("No run is open. New run… starts one, Open run… shows one."));
        return;
    }
    const auto state = starts  ? tr("starting")
                       : stops ? tr("finishes its step and writes a checkpoint")
                               : runStateText(run->summary().state);
    QString text = tr("%1: %2", "run, state").arg(run->name(), state);
    if (run->history().badLines() > 0)
        text += QStringLiteral(" · ") +
                tr("%n line(s) of its events could not be read", nullptr, static_cast<int>(run->history().badLines()));
    // Before the first step, and between stages, only the log tells how far it is.
    if (const auto line = log_->lastLine(); run->isRunning() && !stops && !line.isEmpty())
        text += QStringLiteral(" · ") + line;
    title_->setText(text);
    title_->setToolTip(run->folder() + QLatin1Char('\n') + QString::fromStdString(run->firstProblem()));
}

QString TrainingTab::badge() const
{
    QStringList running;
    for (int i = 0; i < runs_.count(); ++i) {
        const RunFollower& run = runs_.at(i);
        if (!run.isRunning())
            continue;
        const RunSummary& s = run.summary();
        const auto share = s.steps > 0 ? tr(" %1 %").arg(100 * s.step / s.steps) : QString();
        running << tr("%1: %2", "run, stage")
                           .arg(run.name(), s.stage.empty() ? runStateText(s.state) : stageTitle(s.stage)) +
                       share;
    }
    if (!running.isEmpty())
        return QStringLiteral("▶ ") + running.join(QStringLiteral(" · "));
    return lastEnd_;
}

void TrainingTab::showBadge()
{
    emit badgeChanged(badge());
}

void TrainingTab::sayWhy(const QString& run, const QString& text)
{
    auto details = text.trimmed();
    if (details.isEmpty())
        details = QString::fromStdString(RunProcess::logTailOf(run));
    const auto cause = plainCause(details);
    auto words = QFileInfo(run).fileName() + QStringLiteral(": ") + (cause.isEmpty() ? lastLines(details) : cause);
    if (words.endsWith(QStringLiteral(": ")))
        words += tr("it ended without a word");
    std::vector<MessageBar::Action> actions;
    actions.push_back({tr("Copy details"), [details] { QApplication::clipboard()->setText(details); }});
    actions.push_back({tr("Show log"), [this] { pages_->setCurrentWidget(log_); }});
    bar_->say(failureTopic, words, actions);
}

void TrainingTab::ended(const QString& path, RunState state)
{
    lastEnd_ = (state == RunState::Finished ? QStringLiteral("✓ ") : QStringLiteral("■ ")) +
               tr("%1 %2", "run, how it ended").arg(QFileInfo(path).fileName(), runStateText(state));
    const RunFollower* run = runs_.find(path);
    if (state == RunState::Failed || state == RunState::Interrupted)
        sayWhy(path, run == nullptr ? QString() : QString::fromStdString(run->summary().reason));
    emit runEnded(lastEnd_);
    showState();
    showBadge();
}

void TrainingTab::newRun()
{
    stack_->setCurrentWidget(setup_);
    setup_->check();
}

void TrainingTab::newRunFrom(const std::string& option, const QString& path)
{
    const RunFollower* run = chosen();
    if (run == nullptr)
        return;
    if (!setup_->openConfig(run->folder() + QStringLiteral("/config.toml")))
        return;
    setup_->config().setOption("", option, Json(path.toStdString()));
    newRun();
}

bool TrainingTab::mayClose()
{
    const int running = runs_.ownRunning();
    if (running == 0)
        return true;
    QMessageBox box(QMessageBox::Question, tr("Training goes on"),
                    tr("%n run(s) that were started here still train.", nullptr, running) + QLatin1Char(' ') +
                        tr("They can go on without this window and are found again at the next start. A queue "
                           "waits until then."),
                    QMessageBox::NoButton, this);
    auto* leave = box.addButton(tr("Leave running"), QMessageBox::AcceptRole);
    auto* stop = box.addButton(tr("Stop and quit"), QMessageBox::DestructiveRole);
    box.addButton(QMessageBox::Cancel);
    box.setDefaultButton(leave);
    box.exec();
    if (box.clickedButton() == stop)
        runs_.stopOwn();
    return box.clickedButton() == stop || box.clickedButton() == leave;
}

} // namespace binaurium
