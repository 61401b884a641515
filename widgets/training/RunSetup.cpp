// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/RunSetup.h"

#include "core/support/AtomicFile.h"
#include "core/support/DataPaths.h"
#include "core/support/Memory.h"
#include "widgets/training/ConfigEditor.h"
#include "widgets/training/OptionForm.h"
#include "widgets/training/RunProcess.h"
#include "widgets/training/RunWords.h"
#include "widgets/training/TrainingRuns.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <algorithm>

namespace binaurium {
namespace {

constexpr int mostSeeds = 100;
const auto emptyConfig = QStringLiteral("format = \"binaurium-train\"\nversion = 1\nname = \"my-model\"\n");

} // namespace

std::optional<std::vector<std::uint64_t>> parseSeeds(const QString& text, QString* why)
{
    std::vector<std::uint64_t> seeds;
    for (const QString& part : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const auto ends = part.split(QLatin1Char('-'));
        bool firstOk = false;
        bool lastOk = false;
        const auto first = ends.first().trimmed().toLongLong(&firstOk);
        const auto last = ends.last().trimmed().toLongLong(&lastOk);
        const bool isRange =
            ends.size() <= 2 && firstOk && lastOk && first >= 0 && last >= first && last - first < mostSeeds;
        if (!isRange) {
            *why = RunSetup::tr("'%1' is no seed; write for instance 1, 2, 3 or 1-3").arg(part.trimmed());
            return {};
        }
        for (auto seed = first; seed <= last; ++seed)
            if (std::ranges::find(seeds, static_cast<std::uint64_t>(seed)) == seeds.end())
                seeds.push_back(static_cast<std::uint64_t>(seed));
    }
    if (seeds.size() > mostSeeds) {
        *why = RunSetup::tr("at most %n seed(s)", nullptr, mostSeeds);
        return {};
    }
    return seeds;
}

RunSetup::RunSetup(TrainingRuns& runs, QWidget* parent) : QWidget(parent), runs_(runs)
{
    makeFields();
    connect(config_, &ConfigEditor::changed, this, &RunSetup::check);
    connect(&config_->form(), &OptionForm::refusedChanged, this, &RunSetup::check);
    connect(name_, &QLineEdit::textChanged, this, &RunSetup::check);
    connect(seeds_, &QLineEdit::textChanged, this, &RunSetup::check);
    connect(&runs_, &TrainingRuns::listChanged, this, [this] {
        if (isVisible())
            check();
    });
    connect(start_, &QPushButton::clicked, this, [this] { go(false); });
    connect(queue_, &QPushButton::clicked, this, [this] { go(true); });
    setConfig(emptyConfig, QDir::homePath(), QStringLiteral("run"));
}

void RunSetup::makeFields()
{
    source_ = new QComboBox(this);
    source_->setAccessibleName(tr("Start from"));
    auto* open = new QPushButton(tr("Open fi&le…"), this);
    open->setAccessibleName(tr("Open a configuration file"));
    auto* close = new QPushButton(tr("&Back"), this);
    close->setAccessibleName(tr("Back to the runs"));
    name_ = new QLineEdit(this);
    name_->setAccessibleName(tr("Name of the run"));
    seeds_ = new QLineEdit(this);
    seeds_->setAccessibleName(tr("Seeds"));
    seeds_->setPlaceholderText(tr("as configured"));
    seeds_->setToolTip(tr("One run for each seed: 1, 2, 3 or 1-3. Empty: the seed of the configuration."));
    config_ = new ConfigEditor(this);
    verdict_ = new QLabel(this);
    verdict_->setWordWrap(true);
    verdict_->setTextFormat(Qt::PlainText);
    verdict_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    command_ = new QLineEdit(this);
    command_->setReadOnly(true);
    command_->setAccessibleName(tr("Preview of the command"));
    auto* copy = new QPushButton(tr("Cop&y"), this);
    copy->setAccessibleName(tr("Copy the command"));
    start_ = new QPushButton(tr("▶ Sta&rt"), this);
    start_->setAccessibleName(tr("Start the run"));
    queue_ = new QPushButton(tr("Add to &queue"), this);
    queue_->setAccessibleName(tr("Add the run to the queue"));
    const auto labelled = [this](const QString& words, QWidget* buddy) {
        auto* label = new QLabel(words, this);
        label->setBuddy(buddy);
        return label;
    };
    auto* top = new QHBoxLayout;
    top->addWidget(close);
    top->addWidget(labelled(tr("St&art from"), source_));
    top->addWidget(source_, 2);
    top->addWidget(open);
    top->addWidget(labelled(tr("Na&me"), name_));
    top->addWidget(name_, 1);
    top->addWidget(labelled(tr("&Seeds"), seeds_));
    top->addWidget(seeds_, 1);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(labelled(tr("Comman&d"), command_));
    bottom->addWidget(command_, 1);
    bottom->addWidget(copy);
    bottom->addWidget(queue_);
    bottom->addWidget(start_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(top);
    column->addWidget(config_, 1);
    column->addWidget(verdict_);
    column->addLayout(bottom);
    connect(close, &QPushButton::clicked, this, &RunSetup::closed);
    connect(open, &QPushButton::clicked, this, [this] {
        const auto file =
            QFileDialog::getOpenFileName(this, tr("Open a configuration file"), {}, tr("Configurations (*.toml)"));
        if (!file.isEmpty())
            openConfig(file);
    });
    connect(copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(command());
        emit message(tr("Copied: %1").arg(command()));
    });
    connect(source_, &QComboBox::activated, this, [this] {
        const auto file = source_->currentData().toString();
        if (file.isEmpty())
            setConfig(emptyConfig, QDir::homePath(), QStringLiteral("run"));
        else
            openConfig(file);
    });
}

void RunSetup::fillSources()
{
    const auto chosen = source_->currentData().toString();
    source_->clear();
    source_->addItem(tr("Defaults"), QString());
    const auto shipped = findData("models/configs");
    for (const QFileInfo& file :
         QDir(QString::fromStdString(shipped.string())).entryInfoList({QStringLiteral("*.toml")}, QDir::Files))
        if (!shipped.empty())
            source_->addItem(file.completeBaseName(), file.absoluteFilePath());
    for (int i = 0; i < runs_.count(); ++i)
        source_->addItem(tr("Run %1").arg(runs_.at(i).name()), runs_.at(i).folder() + QStringLiteral("/config.toml"));
    source_->setCurrentIndex(std::max(0, source_->findData(chosen)));
}

void RunSetup::setConfig(const QString& text, const QString& folder, const QString& name)
{
    name_->setText(runs_.freeName(name));
    config_->setText(withAbsolutePaths(text, folder), folder);
}

bool RunSetup::openConfig(const QString& file)
{
    constexpr std::uintmax_t largest = 1 << 20;
    try {
        const auto text = QString::fromStdString(readFile(file.toStdString(), largest));
        const QFileInfo info(file);
        const bool ofRun = info.fileName() == QLatin1String("config.toml");
        setConfig(text, info.absolutePath(), ofRun ? info.dir().dirName() : info.completeBaseName());
        source_->setCurrentIndex(std::max(0, source_->findData(info.absoluteFilePath())));
        return true;
    } catch (const std::exception& e) {
        emit message(QString::fromStdString(e.what()));
        return false;
    }
}

void RunSetup::showEvent(QShowEvent* event)
{
    fillSources();
    QWidget::showEvent(event);
}

std::vector<RunSetup::Planned> RunSetup::planned(QString* error) const
{
    const auto seeds = parseSeeds(seeds_->text(), error);
    if (!seeds)
        return {};
    const auto name = name_->text();
    if (seeds->empty())
        return {{name, config_->text()}};
    std::vector<Planned> plan;
    for (const auto seed : *seeds)
        try {
            const auto text = withOption(config_->text().toStdString(), "", "seed", Json(seed));
            const auto own = seeds->size() == 1 ? name : QStringLiteral("%1-seed%2").arg(name).arg(seed);
            plan.push_back({own, QString::fromStdString(text)});
        } catch (const std::exception& e) {
            *error = QString::fromStdString(e.what());
            return {};
        }
    return plan;
}

std::vector<StagePace> RunSetup::paces() const
{
    std::vector<StagePace> found;
    for (int i = runs_.count() - 1; i >= 0; --i) {
        const RunFollower& run = runs_.at(i);
        if (run.history().stages().empty())
            continue;
        try {
            const auto text = readFile((run.folder() + QStringLiteral("/config.toml")).toStdString(), 1 << 20);
            const auto checked = checkConfig(text, run.folder().toStdString());
            if (!checked.options)
                continue;
            const auto& o = *checked.options;
            for (const auto& [name, stage] : {std::pair<const char*, const StageOptions*>("encoder", &o.encoder),
                                              {"alignment", &o.alignment},
                                              {"sft", &o.sft},
                                              {"grpo", &o.grpo}})
                if (const StageHistory* history = run.history().stage(name);
                    history != nullptr && std::ranges::find(found, name, &StagePace::stage) == found.end())
                    if (const auto pace = paceOf(*history, stage->optimiser.batch))
                        found.push_back(*pace);
        } catch (const std::exception&) {
            continue; // a run without a configuration tells no pace
        }
    }
    return found;
}

QString RunSetup::estimateText(const RunEstimate& estimate) const
{
    QStringList parts;
    const auto memory = availableMemoryBytes();
    parts << (memory ? tr("memory about %1 (free: %2)").arg(bytesText(estimate.memoryBytes), bytesText(*memory))
                     : tr("memory about %1").arg(bytesText(estimate.memoryBytes)));
    const auto disk = freeDiskBytes(runs_.folder().toStdString());
    parts << (disk ? tr("disk about %1 (free: %2)").arg(bytesText(estimate.diskBytes), bytesText(*disk))
                   : tr("disk about %1").arg(bytesText(estimate.diskBytes)));
    QStringList times;
    bool unknown = false;
    for (const auto& stage : estimate.stages) {
        unknown = unknown || !stage.timeS;
        if (stage.timeS)
            times << tr("%1 %2", "stage, time").arg(stageTitle(stage.name), durationText(*stage.timeS));
    }
    if (!times.isEmpty())
        parts << tr("time as in earlier runs: %1").arg(times.join(QStringLiteral(", ")));
    if (unknown)
        parts << tr("no earlier run tells the time of every stage");
    auto text = tr("Estimate, right within a factor of two: %1.").arg(parts.join(QStringLiteral("; ")));
    if (memory && estimate.memoryBytes > *memory)
        text += QLatin1Char(' ') + tr("This may be more memory than is free: lower micro_batch or head_variants.");
    return text;
}

void RunSetup::check()
{
    QString error;
    const auto& checked = config_->checked();
    const auto plan = planned(&error);
    QStringList obstacles;
    if (!error.isEmpty())
        obstacles << error;
    if (!isRunName(name_->text()))
        obstacles << tr("The name must be one folder name.");
    if (!checked.options)
        obstacles << tr("The configuration has a problem (see the list).");
    if (config_->form().isRefusing())
        obstacles << tr("A field of the form holds a value that was refused.");
    QString estimate;
    if (checked.options) {
        const auto needed = estimateRun(*checked.options, paces());
        estimate = estimateText(needed);
        for (const Planned& run : plan)
            for (const auto& obstacle : obstaclesOf(*checked.options, runs_.pathOf(run.name).toStdString(), needed))
                if (const auto text = QString::fromStdString(obstacle); !obstacles.contains(text))
                    obstacles << text;
        for (const Planned& run : plan)
            if (QFileInfo::exists(runs_.configOf(run.name)))
                obstacles << tr("There is a run '%1' already; a run never overwrites a run.").arg(run.name);
    }
    verdict_->setText(obstacles.isEmpty() ? estimate : tr("Not yet: %1").arg(obstacles.join(QStringLiteral("; "))));
    verdict_->setAccessibleName(verdict_->text());
    start_->setEnabled(obstacles.isEmpty());
    queue_->setEnabled(obstacles.isEmpty());
    start_->setText(plan.size() > 1 ? tr("▶ Sta&rt %n run(s)", nullptr, static_cast<int>(plan.size()))
                                    : tr("▶ Sta&rt"));
    QStringList commands;
    for (const Planned& run : plan)
        commands << RunProcess::start(runs_.configOf(run.name), runs_.pathOf(run.name)).commandLine();
    command_->setText(commands.join(QStringLiteral(" && ")));
    command_->setCursorPosition(0);
}

void RunSetup::go(bool queueAll)
{
    check();
    if (!start_->isEnabled())
        return;
    QString error;
    const auto plan = planned(&error);
    bool first = !queueAll;
    for (const Planned& run : plan) {
        const bool done = first ? runs_.start(run.name, run.text) : runs_.enqueue(run.name, run.text);
        if (!done)
            return; // a message said why
        if (run.name == plan.front().name)
            emit started(runs_.pathOf(run.name));
        first = false;
    }
    name_->setText(runs_.freeName(name_->text()));
}

QString RunSetup::verdict() const
{
    return verdict_->text();
}

QString RunSetup::command() const
{
    return command_->text();
}

} // namespace binaurium
