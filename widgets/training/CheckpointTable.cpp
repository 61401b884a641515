// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/CheckpointTable.h"

#include "widgets/controls/Confirm.h"
#include "widgets/training/RunFollower.h"
#include "widgets/training/RunWords.h"

#include <QDir>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <tuple>

namespace binaurium {
namespace {

enum Column { File, Stage, Step, Metric, Size, Written, columns };

const auto extension = QStringLiteral(".safetensors");

int stageOrder(const std::string& stage)
{
    static constexpr std::array order{"encoder", "alignment", "sft", "grpo"};
    return static_cast<int>(std::ranges::find(order, stage) - order.begin());
}

// The model folder that a stage left behind; the newest one where it left none.
QString modelFolder(const QString& run, const std::string& stage)
{
    const auto own = run + QStringLiteral("/stages/") + QString::fromStdString(stage);
    return !stage.empty() && QFileInfo::exists(own) ? own : run + QStringLiteral("/final");
}

bool holdsModel(const QString& folder)
{
    return QFileInfo::exists(folder + QStringLiteral("/manifest.json"));
}

// The stage's telling metric nearest before a step.
QString metricAt(const StageHistory& stage, std::int64_t step)
{
    const auto best = bestOf(stage);
    if (!best)
        return {};
    for (const auto& name : {"validation/" + best->metric, best->metric})
        if (const auto found = stage.series.find(name); found != stage.series.end()) {
            const auto behind = std::ranges::upper_bound(found->second, step, {}, &RunPoint::step);
            if (behind == found->second.begin())
                return {};
            return metricTitle(best->metric) + QLatin1Char(' ') + metricText(best->metric, std::prev(behind)->value);
        }
    return {};
}

} // namespace

std::vector<CheckpointFile> checkpointsOf(const QString& run)
{
    std::vector<CheckpointFile> files;
    const QDir folder(run + QStringLiteral("/checkpoints"));
    for (const QFileInfo& info : folder.entryInfoList({QLatin1Char('*') + extension}, QDir::Files)) {
        CheckpointFile file;
        file.path = info.absoluteFilePath();
        file.bytes = static_cast<double>(info.size());
        file.written = info.lastModified();
        const auto name = info.fileName().chopped(extension.size());
        const auto dash = name.lastIndexOf(QLatin1Char('-'));
        const auto tail = dash < 0 ? QString() : name.mid(dash + 1);
        bool isNumber = false;
        const auto step = tail.toLongLong(&isNumber);
        if (tail == QLatin1String("best"))
            file.kind = CheckpointFile::Kind::Best;
        else if (isNumber) {
            file.kind = CheckpointFile::Kind::Numbered;
            file.step = step;
        }
        file.stage = (file.kind == CheckpointFile::Kind::Last ? name : name.left(dash)).toStdString();
        files.push_back(file);
    }
    std::ranges::sort(files, {}, [](const CheckpointFile& f) {
        return std::tuple(stageOrder(f.stage), f.stage, static_cast<int>(f.kind), f.step);
    });
    return files;
}

CheckpointTable::CheckpointTable(QWidget* parent) : QWidget(parent)
{
    table_ = new QTableWidget(0, columns, this);
    table_->setAccessibleName(tr("Checkpoints"));
    table_->setHorizontalHeaderLabels({tr("File"), tr("Stage"), tr("Step"), tr("Metric"), tr("Size"), tr("Written")});
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setTabKeyNavigation(false);
    table_->setWordWrap(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(static_cast<int>(1.6 * fontMetrics().height()));
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setSectionResizeMode(Metric, QHeaderView::Stretch);
    newRun_ = new QPushButton(tr("Start &a run from it…"), this);
    newRun_->setAccessibleName(tr("New run from the checkpoint"));
    ask_ = new QPushButton(tr("Open model in Ask"), this);
    ask_->setAccessibleName(tr("Open the model in the Ask tab"));
    delete_ = new QPushButton(tr("Delete…"), this);
    delete_->setAccessibleName(tr("Delete the checkpoint"));
    note_ = new QLabel(this);
    note_->setWordWrap(true);
    note_->setForegroundRole(QPalette::PlaceholderText);
    auto* row = new QHBoxLayout;
    row->addWidget(newRun_);
    row->addWidget(ask_);
    row->addWidget(delete_);
    row->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->addWidget(table_, 1);
    column->addWidget(note_);
    column->addLayout(row);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &CheckpointTable::showChoice);
    connect(newRun_, &QPushButton::clicked, this, [this] {
        const CheckpointFile* file = chosen();
        if (file == nullptr)
            return;
        if (file->stage == "encoder")
            emit newRunWanted("encoder_checkpoint", file->path);
        else
            emit newRunWanted("model_checkpoint", modelFolder(run_->folder(), file->stage));
    });
    connect(ask_, &QPushButton::clicked, this, [this] {
        const CheckpointFile* file = chosen();
        if (run_ != nullptr)
            emit askWanted(modelFolder(run_->folder(), file == nullptr ? std::string() : file->stage));
    });
    connect(delete_, &QPushButton::clicked, this, &CheckpointTable::askAndRemove);
    showChoice();
}

void CheckpointTable::setRun(const RunFollower* run)
{
    run_ = run;
    files_.clear();
    table_->setRowCount(0);
    look();
}

void CheckpointTable::look()
{
    const auto files = run_ == nullptr ? std::vector<CheckpointFile>() : checkpointsOf(run_->folder());
    const auto key = [](const CheckpointFile& f) { return std::tuple(f.path, f.written, f.bytes); };
    if (std::ranges::equal(files, files_, {}, key, key)) {
        showChoice();
        return;
    }
    const CheckpointFile* before = chosen();
    const QString kept = before == nullptr ? QString() : before->path;
    files_ = files;
    fill();
    for (std::size_t i = 0; i < files_.size(); ++i)
        if (files_[i].path == kept)
            table_->selectRow(static_cast<int>(i));
    showChoice();
}

void CheckpointTable::fill()
{
    table_->setRowCount(static_cast<int>(files_.size()));
    const QLocale locale;
    for (std::size_t i = 0; i < files_.size(); ++i) {
        const CheckpointFile& file = files_[i];
        const StageHistory* stage = run_->history().stage(file.stage);
        auto step = file.step;
        if (step < 0 && stage != nullptr) {
            const auto best = bestOf(*stage);
            if (file.kind == CheckpointFile::Kind::Best && best)
                step = best->point.step;
            else if (file.kind == CheckpointFile::Kind::Last)
                step = stage->step;
        }
        const QString kind = file.kind == CheckpointFile::Kind::Best   ? tr("best")
                             : file.kind == CheckpointFile::Kind::Last ? tr("last")
                                                                       : QString();
        const QString shownStep =
            step < 0         ? kind
            : kind.isEmpty() ? locale.toString(static_cast<qlonglong>(step))
                             : tr("%1 (%2)", "step, kind").arg(locale.toString(static_cast<qlonglong>(step)), kind);
        const QString cells[columns] = {QFileInfo(file.path).fileName(),
                                        stageTitle(file.stage),
                                        shownStep,
                                        stage != nullptr && step >= 0 ? metricAt(*stage, step) : QString(),
                                        bytesText(file.bytes),
                                        locale.toString(file.written, QLocale::ShortFormat)};
        for (int c = 0; c < columns; ++c) {
            auto* item = new QTableWidgetItem(cells[c]);
            item->setToolTip(file.path);
            if (c == Step || c == Size)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            table_->setItem(static_cast<int>(i), c, item);
        }
    }
}

const CheckpointFile* CheckpointTable::chosen() const
{
    const auto rows = table_->selectionModel()->selectedRows();
    if (rows.isEmpty() || rows.first().row() >= static_cast<int>(files_.size()))
        return nullptr;
    return &files_[static_cast<std::size_t>(rows.first().row())];
}

void CheckpointTable::showChoice()
{
    const CheckpointFile* file = chosen();
    const bool hasModel =
        run_ != nullptr && holdsModel(modelFolder(run_->folder(), file == nullptr ? std::string() : file->stage));
    ask_->setEnabled(hasModel);
    newRun_->setEnabled(file != nullptr && (file->stage == "encoder" || hasModel));
    // The last one is where the run goes on.
    const bool needed = file != nullptr && file->kind == CheckpointFile::Kind::Last;
    delete_->setEnabled(file != nullptr && run_ != nullptr && !run_->isRunning());
    note_->setText(run_ == nullptr  ? QString()
                   : files_.empty() ? tr("The first checkpoint comes while the run trains.")
                   : !hasModel      ? tr("The model can be asked once a language stage has ended.")
                   : needed         ? tr("The run goes on from its last checkpoint.")
                                    : QString());
    note_->setVisible(!note_->text().isEmpty());
}

void CheckpointTable::askAndRemove()
{
    const CheckpointFile* file = chosen();
    if (file == nullptr)
        return;
    const auto name = QFileInfo(file->path).fileName();
    const auto path = file->path;
    if (confirmed(
            this,
            {.title = tr("Delete checkpoint?"),
             .text = file->kind == CheckpointFile::Kind::Last
                         ? tr("%1 is where the run goes on: without it the stage starts again. Deleting cannot be "
                              "undone.")
                               .arg(name)
                         : tr("%1 will be deleted. This cannot be undone.").arg(name),
             .proceed = tr("Delete"),
             .keep = tr("Keep"),
             .icon = QMessageBox::Warning}))
        remove(path);
}

bool CheckpointTable::remove(const QString& path)
{
    const bool known = std::ranges::any_of(files_, [&](const CheckpointFile& f) { return f.path == path; });
    if (!known || run_ == nullptr || run_->isRunning() || !QFile::remove(path)) {
        emit message(tr("%1 could not be deleted.").arg(path));
        return false;
    }
    emit message(tr("Deleted %1.").arg(path));
    look();
    return true;
}

} // namespace binaurium
