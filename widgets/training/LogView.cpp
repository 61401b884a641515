// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/LogView.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFontDatabase>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

namespace binaurium {
namespace {

enum Level { Everything, NoProgress, Problems };

bool isProblem(const QString& line)
{
    for (const char* word : {"error", "warn", "fail", "nan", "memory"})
        if (line.contains(QLatin1String(word), Qt::CaseInsensitive))
            return true;
    return false;
}

// "encoder 1400/14000 loss 5.7"
bool isProgress(const QString& line)
{
    const auto slash = line.indexOf(QLatin1Char('/'));
    return slash > 0 && slash + 1 < line.size() && line[slash - 1].isDigit() && line[slash + 1].isDigit();
}

} // namespace

LogView::LogView(QWidget* parent) : QWidget(parent)
{
    level_ = new QComboBox(this);
    level_->setAccessibleName(tr("Lines of the log"));
    level_->addItems({tr("all lines"), tr("without progress"), tr("warnings and errors")});
    search_ = new QLineEdit(this);
    search_->setAccessibleName(tr("Filter the log"));
    search_->setPlaceholderText(tr("Words"));
    search_->setClearButtonEnabled(true);
    follow_ = new QCheckBox(tr("Follow the en&d"), this);
    follow_->setAccessibleName(tr("Follow the end of the log"));
    follow_->setChecked(true);
    auto* copy = new QPushButton(tr("Copy &log"), this);
    copy->setAccessibleName(tr("Copy the log"));
    text_ = new QPlainTextEdit(this);
    text_->setAccessibleName(tr("Log"));
    text_->setReadOnly(true);
    text_->setTabChangesFocus(true);
    text_->setMaximumBlockCount(lineLimit);
    text_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text_->setPlaceholderText(tr("What the process says appears here, when it was started from this page."));
    auto* row = new QHBoxLayout;
    row->addWidget(level_);
    row->addWidget(search_, 1);
    row->addWidget(follow_);
    row->addWidget(copy);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->addLayout(row);
    column->addWidget(text_, 1);
    connect(level_, &QComboBox::currentIndexChanged, this, &LogView::showAgain);
    connect(search_, &QLineEdit::textChanged, this, &LogView::showAgain);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(text_->toPlainText()); });
    connect(follow_, &QCheckBox::toggled, this, [this](bool on) {
        if (on)
            toEnd();
    });
    // Scrolling up lets go of the end, scrolling down to it takes hold again.
    connect(text_->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        const auto* bar = text_->verticalScrollBar();
        follow_->setChecked(bar->sliderPosition() >= bar->maximum());
    });
}

void LogView::setFile(const QString& file)
{
    lines_ = LineFollower(file.toStdString());
    all_.clear();
    text_->clear();
    look();
}

bool LogView::isShown(const QString& line) const
{
    if (level_->currentIndex() == Problems && !isProblem(line))
        return false;
    if (level_->currentIndex() == NoProgress && isProgress(line) && !isProblem(line))
        return false;
    return line.contains(search_->text(), Qt::CaseInsensitive);
}

void LogView::look()
{
    bool restarted = false;
    const auto lines = lines_.next(&restarted);
    if (restarted) {
        all_.clear();
        text_->clear();
    }
    QStringList fresh;
    for (const auto& bytes : lines) {
        const auto line = QString::fromStdString(bytes);
        all_ << line;
        if (isShown(line))
            fresh << line;
    }
    while (all_.size() > lineLimit)
        all_.removeFirst();
    if (fresh.isEmpty())
        return;
    text_->appendPlainText(fresh.join(QLatin1Char('\n')));
    if (follow_->isChecked())
        toEnd();
}

void LogView::showAgain()
{
    QStringList shown;
    for (const QString& line : all_)
        if (isShown(line))
            shown << line;
    text_->setPlainText(shown.join(QLatin1Char('\n')));
    if (follow_->isChecked())
        toEnd();
}

void LogView::toEnd()
{
    text_->verticalScrollBar()->setValue(text_->verticalScrollBar()->maximum());
}

} // namespace binaurium
