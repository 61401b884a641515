// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/ask/ModelWorker.h"
#include "widgets/document/SceneDocument.h"
#include "widgets/plot/AttentionPlot.h"
#include "widgets/plot/AzimuthPlot.h"

#include <QTimer>
#include <filesystem>
#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTableWidget;

namespace binaurium {

struct AskEntry;
class BatchDialog;
class HistoryPanel;
class SamplingBar;

// A question about the open scene or a recording: answer as it is produced, who is where, where the model looked.
class AskTab : public QWidget
{
    Q_OBJECT

public:
    AskTab(SceneDocument& document, ModelWorker::Loader loader, QWidget* parent = nullptr);

    // A recording instead of the scene; refused with a sentence unless it has two channels.
    // False, with a message, otherwise.
    bool openAudio(const std::filesystem::path& path);
    // Answers come from this model folder from now on; it is loaded with the next question.
    void setModel(const std::filesystem::path& folder);
    // The scene's audio as it was rendered; null when it has to be rendered first.
    void setSceneAudio(std::shared_ptr<const AudioBuffer> audio);
    void ask();
    void stop();
    // The same question with the next seed; drawn words where the temperature was 0.
    void regenerate();
    // Asks what was asked then, of the same recording or of the scene as it is now.
    void askAgain(const AskEntry& entry);
    // The question about every recording of a folder; null, with a message, when it cannot be asked.
    BatchDialog* askFolder(const QString& folder);
    // Where the history is kept; an empty path keeps nothing.
    void setHistoryFile(const std::filesystem::path& file);
    [[nodiscard]] HistoryPanel& history() { return *history_; }
    [[nodiscard]] SamplingBar& sampling() { return *sampling_; }
    [[nodiscard]] QPushButton& regenerateButton() { return *regenerate_; }
    [[nodiscard]] QPlainTextEdit& question() { return *question_; }
    [[nodiscard]] QLineEdit& options() { return *options_; }
    [[nodiscard]] QPlainTextEdit& answer() { return *answer_; }
    [[nodiscard]] AzimuthPlot& azimuth() { return *azimuth_; }
    [[nodiscard]] AttentionPlot& attention() { return *attention_; }

signals:
    void sceneAudioWanted();
    void message(const QString& text);
    void localized(const binaurium::Localization& result);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildQuestionSide(QWidget* side);
    void buildViewSide(QWidget* side);
    void useScene();
    void audioReady(std::shared_ptr<const AudioBuffer> audio);
    void send();
    [[nodiscard]] std::optional<AskOptions> askOptions();
    [[nodiscard]] AskEntry entryOf(const Answer& answer) const;
    void showExamples();
    void showAnswer(const Answer& answer);
    void showLocalization(const Localization& result);
    void setBusy(bool busy, const QString& status);
    void exportView();

    SceneDocument& document_;
    ModelWorker worker_;
    std::optional<std::filesystem::path> recording_;
    std::shared_ptr<const AudioBuffer> audio_;
    bool sendWhenReady_ = false;
    QString sent_;        // the question that is being answered
    AskOptions sentWith_; // and its settings
    std::shared_ptr<const AudioBuffer> sentAudio_;
    std::string expectedHash_; // of the sound that was asked about the first time; empty: a new question
    QString pending_;          // text that came since the last refresh
    QTimer refresh_;           // batches tokens so that the view stays smooth
    QStringList asked_;        // earlier questions, newest last
    qsizetype recall_ = 0;

    QLabel* input_;
    QComboBox* examples_;
    QPlainTextEdit* question_;
    QLineEdit* options_;
    QPushButton* askButton_;
    QPushButton* stopButton_;
    QPlainTextEdit* answer_;
    QTableWidget* scores_;
    SamplingBar* sampling_;
    QPushButton* regenerate_;
    HistoryPanel* history_;
    QLabel* status_;
    AzimuthPlot* azimuth_;
    QTableWidget* heard_;
    AttentionPlot* attention_;
};

} // namespace binaurium
