// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/ConfigEditor.h"

#include "core/support/Toml.h"
#include "widgets/training/OptionForm.h"

#include <QFontDatabase>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QTabWidget>
#include <QTextBlock>
#include <QVBoxLayout>

namespace binaurium {
namespace {

constexpr int pauseMs = 250;
constexpr int lineRole = Qt::UserRole;
constexpr int shownProblems = 4; // rows before the list scrolls

} // namespace

QString withAbsolutePaths(const QString& text, const QString& folder)
{
    const auto checked = checkConfig(text.toStdString(), folder.toStdString());
    if (!checked.options)
        return text;
    auto changed = text.toStdString();
    for (const OptionField& field : optionFields(*checked.options))
        if ((field.isPath() || field.kind == OptionField::Kind::Folders) && checked.document.contains(field.key) &&
            checked.document[field.key] != field.value)
            changed = withOption(changed, field.section, field.key, field.value);
    return QString::fromStdString(changed);
}

ConfigEditor::ConfigEditor(QWidget* parent) : QWidget(parent)
{
    form_ = new OptionForm(this);
    text_ = new QPlainTextEdit(this);
    text_->setAccessibleName(tr("Configuration as text"));
    text_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text_->setLineWrapMode(QPlainTextEdit::NoWrap);
    text_->setTabChangesFocus(true);
    problems_ = new QListWidget(this);
    problems_->setAccessibleName(tr("Problems of the configuration"));
    problems_->setMaximumHeight(static_cast<int>(1.3 * shownProblems * fontMetrics().height()) +
                                2 * problems_->frameWidth());
    auto* halves = new QSplitter(Qt::Horizontal, this);
    halves->addWidget(form_);
    halves->addWidget(text_);
    halves->setStretchFactor(0, 1);
    halves->setStretchFactor(1, 1);
    halves->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(halves, 1);
    column->addWidget(problems_);
    pause_.setSingleShot(true);
    pause_.setInterval(pauseMs);
    connect(&pause_, &QTimer::timeout, this, &ConfigEditor::check);
    connect(text_, &QPlainTextEdit::textChanged, this, [this] {
        stale_ = true;
        pause_.start();
    });
    connect(form_, &OptionForm::optionEdited, this, &ConfigEditor::setOption);
    connect(problems_, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem* item) { goToLine(item->data(lineRole).toInt()); });
    connect(problems_, &QListWidget::itemClicked, this,
            [this](const QListWidgetItem* item) { goToLine(item->data(lineRole).toInt()); });
}

void ConfigEditor::setText(const QString& text, const QString& folder)
{
    folder_ = folder;
    text_->setPlainText(text);
    check();
}

QString ConfigEditor::text() const
{
    return text_->toPlainText();
}

void ConfigEditor::setReadOnly(bool on)
{
    text_->setReadOnly(on);
    form_->setReadOnly(on);
}

const CheckedConfig& ConfigEditor::checked()
{
    if (stale_)
        check();
    return checked_;
}

QStringList ConfigEditor::problems() const
{
    QStringList texts;
    for (int i = 0; i < problems_->count(); ++i)
        texts << problems_->item(i)->text();
    return texts;
}

void ConfigEditor::setOption(const std::string& section, const std::string& key, const std::optional<Json>& value)
{
    std::string changed;
    try {
        changed = withOption(text().toStdString(), section, key, value);
    } catch (const std::exception&) {
        check(); // the list says what is wrong with the text; the form shows it again
        return;
    }
    if (changed == text().toStdString())
        return;
    // As an edit of the text, so that Undo takes it back and the view stays where it is.
    const int scrolled = text_->verticalScrollBar()->value();
    QTextCursor cursor(text_->document());
    cursor.select(QTextCursor::Document);
    cursor.insertText(QString::fromStdString(changed));
    text_->verticalScrollBar()->setValue(scrolled);
    check();
    if (const int line = lineOfOption(changed, section, key); value && line > 0) {
        QTextCursor at(text_->document()->findBlockByNumber(line - 1));
        text_->setTextCursor(at);
    }
}

void ConfigEditor::check()
{
    pause_.stop();
    stale_ = false;
    checked_ = checkConfig(text().toStdString(), folder_.toStdString());
    problems_->clear();
    for (const ConfigProblem& problem : checked_.problems) {
        const auto what = QString::fromStdString(problem.what);
        const bool says = problem.line == 0 || what.startsWith(QLatin1String("line "));
        auto* item = new QListWidgetItem(says ? what : tr("line %1: %2", "place, problem").arg(problem.line).arg(what),
                                         problems_);
        item->setData(lineRole, problem.line);
    }
    problems_->setVisible(!checked_.problems.empty());
    // Where the text is no TOML the form keeps the last values and cannot be used.
    const bool isToml = checked_.document.is_object();
    form_->setReadOnly(!isToml || text_->isReadOnly());
    if (isToml)
        form_->setDocument(checked_.document);
    markLines();
    emit changed();
}

void ConfigEditor::markLines()
{
    QList<QTextEdit::ExtraSelection> marks;
    for (const ConfigProblem& problem : checked_.problems) {
        if (problem.line <= 0)
            continue;
        QTextEdit::ExtraSelection mark;
        QColor colour(0xD5, 0x5E, 0x00);
        colour.setAlpha(60);
        mark.format.setBackground(colour);
        mark.format.setProperty(QTextFormat::FullWidthSelection, true);
        mark.cursor = QTextCursor(text_->document()->findBlockByNumber(problem.line - 1));
        marks << mark;
    }
    text_->setExtraSelections(marks);
}

void ConfigEditor::goToLine(int line)
{
    if (line <= 0)
        return;
    text_->setTextCursor(QTextCursor(text_->document()->findBlockByNumber(line - 1)));
    text_->centerCursor();
    text_->setFocus();
}

} // namespace binaurium
