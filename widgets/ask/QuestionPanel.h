// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"

#include <QStringList>
#include <QTimer>
#include <QWidget>
#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTableWidget;

namespace binaurium {

class SamplingBar;

// The question with its options and settings, and the answer to it as it comes.
class QuestionPanel : public QWidget
{
    Q_OBJECT

public:
    explicit QuestionPanel(QWidget* parent = nullptr);
    // Questions to choose from, with the labels of these ids put in.
    void setExamples(const QStringList& labels);
    void setQuestion(const QString& text, const std::vector<std::string>& options);
    [[nodiscard]] QString text() const;
    // As the fields say; nothing, with a message, when they cannot be asked with.
    [[nodiscard]] std::optional<AskOptions> askOptions();
    // The question was sent: Up recalls it.
    void begin();
    void addText(const QString& piece); // of the answer, shown a little later with what follows
    void showAnswer(const Answer& answer, const std::vector<std::string>& options);
    void setBusy(bool busy, const QString& status);
    void setStatus(const QString& status);

    [[nodiscard]] SamplingBar& sampling() { return *sampling_; }
    [[nodiscard]] QPushButton& regenerateButton() { return *regenerate_; }
    [[nodiscard]] QPlainTextEdit& question() { return *question_; }
    [[nodiscard]] QLineEdit& options() { return *options_; }
    [[nodiscard]] QPlainTextEdit& answer() { return *answer_; }
    [[nodiscard]] QPushButton& askButton() { return *askButton_; }

signals:
    void askWanted();
    void stopWanted();
    void regenerateWanted();
    void folderWanted();
    void message(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildQuestion();
    void buildButtons();
    void buildAnswer();

    QString pending_;   // text that came since the last refresh
    QTimer refresh_;    // batches tokens so that the view stays smooth
    QStringList asked_; // earlier questions, newest last
    qsizetype recall_ = 0;
    QComboBox* examples_;
    QPlainTextEdit* question_;
    QLineEdit* options_;
    SamplingBar* sampling_;
    QPushButton* askButton_;
    bool suggested_ = false;
    QPushButton* stopButton_;
    QPushButton* regenerate_;
    QPushButton* folder_;
    QPlainTextEdit* answer_;
    QTableWidget* scores_;
    QLabel* status_;
};

} // namespace binaurium
