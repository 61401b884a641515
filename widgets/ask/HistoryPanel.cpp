// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/HistoryPanel.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <QDateTime>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <algorithm>

namespace binaurium {
namespace {

constexpr int indexRole = Qt::UserRole;

QString answerOf(const AskEntry& entry)
{
    return QString::fromStdString(entry.answer.value("answer", ""));
}

bool holds(const AskEntry& entry, const QStringList& words)
{
    const auto text = QString::fromStdString(entry.question) + QLatin1Char('\n') + answerOf(entry) + QLatin1Char('\n') +
                      QString::fromStdString(entry.input);
    return std::ranges::all_of(words, [&](const QString& w) { return text.contains(w, Qt::CaseInsensitive); });
}

} // namespace

HistoryPanel::HistoryPanel(QWidget* parent) : QWidget(parent)
{
    search_ = new QLineEdit(this);
    search_->setAccessibleName(tr("Search the history"));
    search_->setPlaceholderText(tr("Search the history"));
    search_->setClearButtonEnabled(true);
    list_ = new QListWidget(this);
    list_->setAccessibleName(tr("History"));
    again_ = new QPushButton(tr("Ask again"), this);
    again_->setAccessibleName(tr("Ask the chosen question again"));
    again_->setToolTip(tr("The same question with the same seed and settings"));
    delete_ = new QPushButton(tr("Delete"), this);
    delete_->setAccessibleName(tr("Delete the chosen question"));
    export_ = new QPushButton(tr("Export…"), this);
    export_->setAccessibleName(tr("Export the history"));
    export_->setToolTip(tr("Writes what the search shows, as JSON or Markdown"));
    auto* row = new QHBoxLayout;
    row->addWidget(search_, 1);
    row->addWidget(again_);
    row->addWidget(delete_);
    row->addWidget(export_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(row);
    column->addWidget(list_, 1);
    connect(search_, &QLineEdit::textChanged, this, &HistoryPanel::show);
    const auto ask = [this] {
        if (const int index = chosen(); index >= 0)
            emit askAgainWanted(history_.entries()[static_cast<std::size_t>(index)]);
    };
    connect(again_, &QPushButton::clicked, this, ask);
    connect(list_, &QListWidget::itemActivated, this, ask);
    connect(list_, &QListWidget::currentRowChanged, this, [this] {
        again_->setEnabled(chosen() >= 0);
        delete_->setEnabled(chosen() >= 0);
    });
    connect(delete_, &QPushButton::clicked, this, [this] {
        try {
            if (const int index = chosen(); index >= 0)
                history_.remove(static_cast<std::size_t>(index));
        } catch (const std::exception& e) {
            emit message(QString::fromStdString(e.what()));
        }
        show();
    });
    connect(export_, &QPushButton::clicked, this, [this] {
        const auto file = QFileDialog::getSaveFileName(this, tr("Export the history"), QStringLiteral("answers.md"),
                                                       tr("Markdown (*.md);;JSON (*.json)"));
        if (file.isEmpty())
            return;
        try {
            exportTo(file.toStdString());
            emit message(tr("Wrote %1.").arg(file));
        } catch (const std::exception& e) {
            emit message(QString::fromStdString(e.what()));
        }
    });
    show();
}

void HistoryPanel::setFile(const std::filesystem::path& file)
{
    history_ = AskHistory(file);
    show();
}

void HistoryPanel::add(const AskEntry& entry)
{
    try {
        history_.add(entry);
    } catch (const std::exception& e) { // the disk is full, say
        emit message(QString::fromStdString(e.what()));
    }
    show();
}

std::vector<std::size_t> HistoryPanel::shown() const
{
    const auto words = search_->text().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    std::vector<std::size_t> indices;
    for (std::size_t i = history_.entries().size(); i-- > 0;)
        if (holds(history_.entries()[i], words))
            indices.push_back(i);
    return indices;
}

void HistoryPanel::show()
{
    list_->clear();
    for (const std::size_t i : shown()) {
        const AskEntry& e = history_.entries()[i];
        auto* item = new QListWidgetItem(
            tr("%1  →  %2", "question, answer").arg(QString::fromStdString(e.question), answerOf(e)), list_);
        item->setData(indexRole, static_cast<int>(i));
        const auto time = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(1000.0 * e.timeS));
        item->setToolTip(tr("%1, %2\nmodel %3, seed %4", "time, input")
                             .arg(QLocale().toString(time, QLocale::ShortFormat), QString::fromStdString(e.input),
                                  QString::fromStdString(e.answer.value("model", "")))
                             .arg(e.options.seed));
    }
    again_->setEnabled(false);
    delete_->setEnabled(false);
    export_->setEnabled(list_->count() > 0);
}

int HistoryPanel::chosen() const
{
    const auto* item = list_->currentItem();
    return item == nullptr ? -1 : item->data(indexRole).toInt();
}

void HistoryPanel::exportTo(const std::filesystem::path& path) const
{
    std::vector<AskEntry> entries;
    for (const std::size_t i : shown())
        entries.push_back(history_.entries()[i]);
    if (path.extension() == ".json")
        writeFileAtomically(path, historyToJson(entries).dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
    else if (path.extension() == ".md")
        writeFileAtomically(path, historyToMarkdown(entries));
    else
        throw badInput(path.string(), "the name must end in .json or .md");
}

} // namespace binaurium
