// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/CompletionsView.h"

#include "widgets/training/RunWords.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <array>

namespace binaurium {
namespace {

bool holds(const CompletionSample& sample, const QString& word)
{
    if (word.startsWith(QLatin1String("task:")))
        return sample.task.contains(word.mid(5), Qt::CaseInsensitive);
    if (word.startsWith(QLatin1String("level:")))
        return QString::number(sample.level) == word.mid(6);
    if (word.startsWith(QLatin1String("reward<")))
        return sample.reward < word.mid(7).toDouble();
    if (word.startsWith(QLatin1String("reward>")))
        return sample.reward > word.mid(7).toDouble();
    return std::ranges::any_of(std::array{&sample.completion, &sample.prompt, &sample.answer, &sample.task},
                               [&](const QString* text) { return text->contains(word, Qt::CaseInsensitive); });
}

} // namespace

SampleFilter::SampleFilter(QObject* parent) : QSortFilterProxyModel(parent)
{
    setSortRole(SampleTable::sortRole);
}

void SampleFilter::setWords(const QString& words)
{
    words_ = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool SampleFilter::filterAcceptsRow(int row, const QModelIndex& /*parent*/) const
{
    const auto& sample = static_cast<const SampleTable*>(sourceModel())->at(row);
    return std::ranges::all_of(words_, [&](const QString& word) { return holds(sample, word); });
}

CompletionsView::CompletionsView(QWidget* parent) : QWidget(parent)
{
    shown_.setSourceModel(&samples_);
    filter_ = new QLineEdit(this);
    filter_->setAccessibleName(tr("Filter the completions"));
    filter_->setPlaceholderText(tr("Words, task:direction, level:3, reward<0.5"));
    filter_->setClearButtonEnabled(true);
    count_ = new QLabel(this);
    table_ = new QTableView(this);
    table_->setAccessibleName(tr("Completions"));
    table_->setModel(&shown_);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setTabKeyNavigation(false);
    table_->setSortingEnabled(true);
    table_->sortByColumn(-1, Qt::AscendingOrder); // as they came
    table_->setWordWrap(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(static_cast<int>(1.5 * fontMetrics().height()));
    table_->horizontalHeader()->setStretchLastSection(true);
    for (const auto& [column, letters] :
         {std::pair(SampleTable::Step, 8), std::pair(SampleTable::Group, 8), std::pair(SampleTable::Task, 14),
          std::pair(SampleTable::Level, 7), std::pair(SampleTable::Reward, 9), std::pair(SampleTable::Advantage, 12)})
        table_->setColumnWidth(column, letters * fontMetrics().averageCharWidth() + 12);
    detail_ = new QPlainTextEdit(this);
    detail_->setAccessibleName(tr("The chosen completion"));
    detail_->setReadOnly(true);
    detail_->setTabChangesFocus(true);
    detail_->setPlaceholderText(tr("Choose a completion to read its prompt, answer and rewards."));
    auto* row = new QHBoxLayout;
    row->addWidget(filter_, 1);
    row->addWidget(count_);
    auto* halves = new QSplitter(Qt::Vertical, this);
    halves->addWidget(table_);
    halves->addWidget(detail_);
    halves->setStretchFactor(0, 3);
    halves->setStretchFactor(1, 2);
    halves->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->addLayout(row);
    column->addWidget(halves, 1);
    connect(filter_, &QLineEdit::textChanged, this, [this](const QString& words) {
        shown_.setWords(words);
        showCount();
    });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &CompletionsView::showDetail);
    showCount();
}

void CompletionsView::setRun(const QString& folder)
{
    samples_.setFile(folder.isEmpty() ? std::filesystem::path()
                                      : std::filesystem::path(folder.toStdString()) / "samples.jsonl");
    detail_->clear();
    look();
}

void CompletionsView::look()
{
    if (samples_.look())
        showCount();
    else if (samples_.rowCount() == 0)
        showCount();
}

void CompletionsView::showCount()
{
    const int all = samples_.rowCount();
    QString text = all == 0                   ? tr("Completions come with the GRPO stage.")
                   : shown_.rowCount() == all ? tr("%n completion(s)", nullptr, all)
                                              : tr("%1 of %n completion(s)", nullptr, all).arg(shown_.rowCount());
    if (samples_.badLines() > 0)
        text += QLatin1Char(' ') + tr("(%n line(s) could not be read)", nullptr, samples_.badLines());
    count_->setText(text);
}

void CompletionsView::showDetail()
{
    const auto index = shown_.mapToSource(table_->currentIndex());
    if (!index.isValid()) {
        detail_->clear();
        return;
    }
    const CompletionSample& s = samples_.at(index.row());
    const QLocale locale;
    QStringList parts;
    for (const auto& [name, value] : s.rewards)
        parts << tr("%1 %2", "reward, value").arg(name, locale.toString(value, 'f', 3));
    QString text = tr("%1, step %2, group %3, task %4", "stage ...")
                       .arg(stageTitle(s.stage.toStdString()))
                       .arg(s.step)
                       .arg(s.group)
                       .arg(s.task);
    text += QLatin1Char('\n') + tr("Reward %1 (%2), advantage %3")
                                    .arg(locale.toString(s.reward, 'f', 3), parts.join(QStringLiteral(", ")),
                                         locale.toString(s.advantage, 'f', 3));
    text += QStringLiteral("\n\n") + tr("Prompt: %1").arg(s.prompt) + QStringLiteral("\n\n") +
            tr("Right answer: %1").arg(s.answer) + QStringLiteral("\n\n") + tr("Completion: %1").arg(s.completion);
    detail_->setPlainText(text);
}

} // namespace binaurium
