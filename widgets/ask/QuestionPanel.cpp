// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/QuestionPanel.h"

#include "core/dataset/Labels.h"
#include "widgets/ask/SamplingBar.h"

#include <QComboBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>
#include <cmath>
#include <utility>

namespace binaurium {
namespace {

constexpr int refreshMs = 40;

} // namespace

QuestionPanel::QuestionPanel(QWidget* parent) : QWidget(parent)
{
    buildQuestion();
    buildButtons();
    buildAnswer();
    auto* askRow = new QHBoxLayout;
    askRow->addWidget(askButton_, 1);
    for (auto* button : {stopButton_, regenerate_, folder_})
        askRow->addWidget(button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(examples_);
    column->addWidget(question_);
    column->addWidget(options_);
    column->addWidget(sampling_);
    column->addLayout(askRow);
    column->addWidget(answer_);
    column->addWidget(scores_, 1);
    column->addWidget(status_);
    refresh_.setInterval(refreshMs);
    refresh_.setSingleShot(true);
    connect(&refresh_, &QTimer::timeout, this, [this] {
        answer_->moveCursor(QTextCursor::End);
        answer_->insertPlainText(pending_);
        pending_.clear();
    });
}

void QuestionPanel::buildQuestion()
{
    examples_ = new QComboBox(this);
    examples_->setAccessibleName(tr("Example questions"));
    connect(examples_, &QComboBox::activated, this, [this](int index) {
        if (index > 0) {
            question_->setPlainText(examples_->itemText(index));
            options_->setText(examples_->itemData(index).toString());
        }
    });
    question_ = new QPlainTextEdit(this);
    question_->setAccessibleName(tr("Question"));
    question_->setPlaceholderText(tr("Ask something. Enter sends, Shift+Enter starts a new line, Up recalls."));
    question_->setTabChangesFocus(true);
    question_->setFixedHeight(static_cast<int>(3.6 * fontMetrics().height()));
    question_->installEventFilter(this);
    options_ = new QLineEdit(this);
    options_->setAccessibleName(tr("Options"));
    options_->setPlaceholderText(tr("Options, for instance left|right|front|behind; empty for a free answer"));
    sampling_ = new SamplingBar(this);
}

void QuestionPanel::buildButtons()
{
    const auto button = [this](const QString& text, const QString& name, const QString& tip) {
        auto* made = new QPushButton(text, this);
        made->setAccessibleName(name);
        made->setToolTip(tip);
        return made;
    };
    askButton_ = button(tr("&Ask"), tr("Ask"), {});
    askButton_->setDefault(true);
    stopButton_ = button(tr("S&top"), tr("Stop"), {});
    regenerate_ = button(tr("Re&generate"), tr("Regenerate"), tr("The same question with the next seed"));
    folder_ =
        button(tr("Fol&der…"), tr("Ask about a folder"), tr("Asks the question about every recording of a folder"));
    stopButton_->setEnabled(false);
    regenerate_->setEnabled(false);
    connect(askButton_, &QPushButton::clicked, this, &QuestionPanel::askWanted);
    connect(stopButton_, &QPushButton::clicked, this, &QuestionPanel::stopWanted);
    connect(regenerate_, &QPushButton::clicked, this, &QuestionPanel::regenerateWanted);
    connect(folder_, &QPushButton::clicked, this, &QuestionPanel::folderWanted);
}

void QuestionPanel::buildAnswer()
{
    answer_ = new QPlainTextEdit(this);
    answer_->setAccessibleName(tr("Answer"));
    answer_->setReadOnly(true);
    answer_->setTabChangesFocus(true);
    answer_->setPlaceholderText(tr("The answer appears here."));
    answer_->setMaximumHeight(5 * fontMetrics().height());
    scores_ = new QTableWidget(0, 2, this);
    scores_->setAccessibleName(tr("Options and their probability"));
    scores_->setHorizontalHeaderLabels({tr("Option"), tr("Probability")});
    scores_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    scores_->setSelectionBehavior(QAbstractItemView::SelectRows);
    scores_->setTabKeyNavigation(false);
    scores_->verticalHeader()->hide();
    scores_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    scores_->verticalHeader()->setDefaultSectionSize(static_cast<int>(1.6 * fontMetrics().height()));
    status_ = new QLabel(this);
    status_->setForegroundRole(QPalette::PlaceholderText);
    status_->setWordWrap(true);
}

void QuestionPanel::setExamples(const QStringList& labels)
{
    examples_->clear();
    examples_->addItem(tr("Example questions…"));
    const QString directions = QStringLiteral("left|right|front|behind");
    QStringList words;
    for (const QString& id : labels)
        if (const Label* label = findLabel(id.toStdString()))
            words << QString::fromUtf8(label->words);
    words.removeDuplicates();
    for (const QString& word : words)
        examples_->addItem(tr("Where is the %1?").arg(word), directions);
    for (const QString& word : words)
        examples_->addItem(tr("Do you hear a %1?").arg(word), QStringLiteral("yes|no"));
    examples_->addItem(tr("What do you hear?"));
    examples_->addItem(tr("What do you hear behind you?"));
    examples_->addItem(tr("What do you hear that is not in view?"));
    // Something to begin with, once: who empties the field wants it empty.
    if (!std::exchange(suggested_, true) && question_->toPlainText().isEmpty()) {
        question_->setPlainText(examples_->itemText(1));
        options_->setText(examples_->itemData(1).toString());
    }
}

void QuestionPanel::setQuestion(const QString& text, const std::vector<std::string>& options)
{
    question_->setPlainText(text);
    QStringList list;
    for (const auto& option : options)
        list << QString::fromStdString(option);
    options_->setText(list.join(QLatin1Char('|')));
}

QString QuestionPanel::text() const
{
    return question_->toPlainText().trimmed();
}

std::optional<AskOptions> QuestionPanel::askOptions()
{
    AskOptions options;
    sampling_->apply(options);
    for (const QString& option : options_->text().split(QLatin1Char('|'), Qt::SkipEmptyParts))
        options.options.push_back(option.trimmed().toStdString());
    std::string error;
    if (options.isValid(&error))
        return options;
    emit message(QString::fromStdString(error));
    return {};
}

void QuestionPanel::begin()
{
    asked_.removeAll(text());
    asked_ << text();
    recall_ = asked_.size();
    answer_->clear();
    pending_.clear();
    scores_->setRowCount(0);
}

void QuestionPanel::addText(const QString& piece)
{
    pending_ += piece;
    if (!refresh_.isActive())
        refresh_.start();
}

void QuestionPanel::showAnswer(const Answer& answer, const std::vector<std::string>& options)
{
    QString shown = QString::fromStdString(answer.answer);
    if (answer.letter)
        shown = QLatin1Char(*answer.letter) + QStringLiteral(") ") + shown;
    if (answer.stopped)
        shown += tr("  [stopped]");
    refresh_.stop();
    pending_.clear();
    answer_->setPlainText(shown);
    double total = 0.0;
    for (const double score : answer.optionScores)
        total += std::exp(score);
    scores_->setRowCount(0);
    for (std::size_t i = 0; i < options.size() && i < answer.optionScores.size(); ++i) {
        const int row = scores_->rowCount();
        scores_->insertRow(row);
        scores_->setItem(row, 0, new QTableWidgetItem(QString::fromStdString(options[i])));
        scores_->setItem(
            row, 1, new QTableWidgetItem(tr("%1 %").arg(100.0 * std::exp(answer.optionScores[i]) / total, 0, 'f', 1)));
    }
    regenerate_->setEnabled(true);
    setBusy(false, tr("%1 on %2, seed %3, %4 tokens, %5 tokens/s, first token after %6 s")
                       .arg(QString::fromStdString(answer.model))
                       .arg(QString::fromStdString(answer.device))
                       .arg(answer.seed)
                       .arg(answer.tokens)
                       .arg(answer.tokensPerS, 0, 'f', 1)
                       .arg(answer.firstTokenS, 0, 'f', 2));
}

void QuestionPanel::setBusy(bool busy, const QString& status)
{
    askButton_->setEnabled(!busy);
    stopButton_->setEnabled(busy);
    status_->setText(status);
}

void QuestionPanel::setStatus(const QString& status)
{
    status_->setText(status);
}

bool QuestionPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != question_ || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter && !key->modifiers().testFlag(Qt::ShiftModifier)) {
        if (askButton_->isEnabled())
            emit askWanted();
        return true;
    }
    const bool onFirstLine = question_->textCursor().blockNumber() == 0;
    if (key->key() == Qt::Key_Up && onFirstLine && recall_ > 0) {
        question_->setPlainText(asked_[--recall_]);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace binaurium
