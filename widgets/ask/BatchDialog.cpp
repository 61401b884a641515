// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/BatchDialog.h"

#include "widgets/ask/ModelWorker.h"
#include "widgets/controls/Confirm.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace binaurium {
namespace {

enum Column { File, Given, Probability, columns };

} // namespace

BatchDialog::BatchDialog(ModelWorker& worker, const QString& folder, const QString& question, const AskOptions& options,
                         QWidget* parent)
    : QDialog(parent), worker_(worker), question_(question), options_(options)
{
    setWindowTitle(tr("Ask about a folder"));
    options_.wantAttention = false;
    for (const QString& file : recordingsIn(folder))
        rows_.push_back({file, false, {}, {}});
    auto* words = new QLabel(question, this);
    words->setTextFormat(Qt::PlainText);
    words->setWordWrap(true);
    table_ = new QTableWidget(static_cast<int>(rows_.size()), columns, this);
    table_->setAccessibleName(tr("Answers by recording"));
    table_->setHorizontalHeaderLabels({tr("Recording"), tr("Answer"), tr("Probability")});
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->hide();
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table_->horizontalHeader()->setSectionResizeMode(Probability, QHeaderView::ResizeToContents);
    bar_ = new QProgressBar(this);
    bar_->setAccessibleName(tr("Progress"));
    bar_->setRange(0, std::max(1, static_cast<int>(rows_.size())));
    state_ = new QLabel(this);
    stop_ = new QPushButton(tr("&Stop"), this);
    stop_->setAccessibleName(tr("Stop asking"));
    export_ = new QPushButton(tr("&Export…"), this);
    export_->setAccessibleName(tr("Export the answers"));
    auto* close = new QPushButton(tr("&Close"), this);
    close->setAccessibleName(tr("Close"));
    auto* row = new QHBoxLayout;
    row->addWidget(state_, 1);
    row->addWidget(stop_);
    row->addWidget(export_);
    row->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->addWidget(words);
    column->addWidget(table_, 1);
    column->addWidget(bar_);
    column->addLayout(row);
    resize(QSize(44, 28) * fontMetrics().height());
    for (int i = 0; i < static_cast<int>(rows_.size()); ++i)
        showRow(i);
    connect(stop_, &QPushButton::clicked, this, [this] { worker_.stop(); });
    connect(export_, &QPushButton::clicked, this, &BatchDialog::exportRows);
    connect(close, &QPushButton::clicked, this, &BatchDialog::reject);
    connect(&worker_, &ModelWorker::fileAnswered, this,
            [this](int batch, int index, const Answer& answer, const QString& problem) {
                if (batch != batch_ || index >= static_cast<int>(rows_.size()))
                    return;
                auto& done = rows_[static_cast<std::size_t>(index)];
                done.done = true;
                done.answer = answer;
                done.problem = problem;
                showRow(index);
                bar_->setValue(index + 1);
                state_->setText(tr("%1 of %2").arg(index + 1).arg(rows_.size()));
            });
    connect(&worker_, &ModelWorker::filesEnded, this, [this](int batch) {
        if (batch == batch_)
            ended();
    });
    connect(&worker_, &ModelWorker::failed, this, [this](const QString& reason, int number) {
        if (number != batch_)
            return;
        ended();
        state_->setText(reason);
    });
    ended();
    if (rows_.empty())
        state_->setText(tr("The folder holds no recordings."));
}

BatchDialog::~BatchDialog()
{
    if (running_)
        worker_.stop();
}

// The answers are nowhere else.
void BatchDialog::reject()
{
    const bool loses = running_ || (!exported_ && std::ranges::any_of(rows_, &BatchRow::done));
    if (!loses ||
        confirmed(this,
                  {.title = tr("Discard the answers?"),
                   .text = running_ ? tr("The folder is still being asked about, and the answers are not exported.")
                                    : tr("The answers are not exported."),
                   .proceed = tr("Discard"),
                   .keep = tr("Keep the window")}))
        QDialog::reject();
}

void BatchDialog::start()
{
    if (rows_.empty() || running_)
        return;
    QStringList files;
    for (const BatchRow& row : rows_)
        files << row.file;
    running_ = true;
    stop_->setEnabled(true);
    export_->setEnabled(false);
    state_->setText(tr("listening…"));
    exported_ = false;
    batch_ = worker_.askFiles(files, question_, options_);
}

void BatchDialog::ended()
{
    const bool ran = running_;
    running_ = false;
    stop_->setEnabled(false);
    const auto done = std::ranges::count_if(rows_, &BatchRow::done);
    export_->setEnabled(done > 0);
    if (ran && done < static_cast<std::ptrdiff_t>(rows_.size()))
        state_->setText(tr("Stopped after %1 of %2.").arg(done).arg(rows_.size()));
}

void BatchDialog::showRow(int index)
{
    const BatchRow& row = rows_[static_cast<std::size_t>(index)];
    const auto probability = row.done && row.problem.isEmpty() ? row.probability() : std::nullopt;
    const QString cells[columns] = {
        QFileInfo(row.file).fileName(), row.problem.isEmpty() ? QString::fromStdString(row.answer.answer) : row.problem,
        probability ? tr("%1 %").arg(QLocale().toString(100.0 * *probability, 'f', 1)) : QString()};
    for (int c = 0; c < columns; ++c) {
        auto* item = new QTableWidgetItem(cells[c]);
        item->setToolTip(cells[c]);
        table_->setItem(index, c, item);
    }
}

void BatchDialog::exportRows()
{
    const auto file = QFileDialog::getSaveFileName(this, tr("Export the answers"), QStringLiteral("answers.csv"),
                                                   tr("Tables (*.csv);;JSON (*.json);;Markdown (*.md)"));
    if (file.isEmpty())
        return;
    std::vector<BatchRow> done;
    std::ranges::copy_if(rows_, std::back_inserter(done), &BatchRow::done);
    try {
        exportBatch(done, question_, options_, file.toStdString());
        exported_ = true;
        state_->setText(tr("Wrote %1.").arg(file));
    } catch (const std::exception& e) {
        state_->setText(QString::fromStdString(e.what()));
    }
}

} // namespace binaurium
