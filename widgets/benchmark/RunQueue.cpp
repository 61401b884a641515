// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/RunQueue.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>

namespace binaurium {

RunQueue::RunQueue(QWidget* parent) : QWidget(parent)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    stop_ = new QPushButton(tr("S&top"), this);
    progress_ = new QProgressBar(this);
    progress_->setAccessibleName(tr("Progress of the benchmark"));
    progress_->setRange(0, 1);
    progress_->setValue(0);
    progress_->setFormat(tr("no run"));
    list_ = new QListWidget(this);
    list_->setAccessibleName(tr("Waiting runs"));
    list_->setMaximumHeight(3 * fontMetrics().height() + 8);
    remove_ = new QPushButton(tr("Take o&ut"), this);
    row->addWidget(stop_);
    row->addWidget(progress_, 2);
    row->addWidget(list_, 1);
    row->addWidget(remove_);
    connect(stop_, &QPushButton::clicked, this, [this] {
        process_.stop();
        emit stopping();
    });
    connect(remove_, &QPushButton::clicked, this, &RunQueue::remove);
    connect(list_, &QListWidget::currentRowChanged, this, [this](int index) { remove_->setEnabled(index >= 0); });
    connect(&process_, &BenchProcess::progressed, this, [this](const QString& stage, int done, int total) {
        progress_->setRange(0, total);
        progress_->setValue(done);
        progress_->setFormat(current_.report.section(u'/', -1) + QStringLiteral(": ") + stage +
                             QStringLiteral(" %v / %m"));
    });
    connect(&process_, &BenchProcess::finished, this, [this](int exitCode, const QString& sentence) {
        constexpr int stoppedByUser = 5;
        progress_->setRange(0, 1);
        progress_->setValue(exitCode == 0 ? 1 : 0);
        progress_->setFormat(exitCode == 0 ? tr("finished") : exitCode == stoppedByUser ? tr("stopped") : tr("failed"));
        const auto report = current_.report;
        startNext();
        emit ended(report, exitCode, sentence);
    });
    refresh();
}

void RunQueue::add(const QStringList& arguments, const QString& report)
{
    waiting_.push_back({arguments, report});
    if (process_.isRunning())
        refresh();
    else
        startNext();
}

void RunQueue::startNext()
{
    if (!waiting_.empty() && !process_.isRunning()) {
        current_ = std::move(waiting_.front());
        waiting_.pop_front();
        progress_->setRange(0, 0);
        process_.start(current_.arguments);
    }
    refresh();
}

void RunQueue::remove()
{
    const int index = list_->currentRow();
    if (index < 0 || index >= waiting())
        return;
    waiting_.erase(waiting_.begin() + index);
    refresh();
}

void RunQueue::refresh()
{
    stop_->setEnabled(process_.isRunning());
    list_->clear();
    for (const Run& run : waiting_)
        list_->addItem(run.report);
    list_->setVisible(!waiting_.empty());
    remove_->setVisible(!waiting_.empty());
    remove_->setEnabled(list_->currentRow() >= 0);
}

} // namespace binaurium
