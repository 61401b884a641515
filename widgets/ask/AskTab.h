// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/ask/AskHistory.h"
#include "widgets/ask/AskInput.h"
#include "widgets/ask/Microphone.h"
#include "widgets/ask/ModelWorker.h"
#include "widgets/ask/SpeechBar.h"
#include "widgets/document/SceneDocument.h"

#include <QWidget>
#include <filesystem>
#include <optional>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace binaurium {

class BatchDialog;
class HearingViews;
class HistoryPanel;
class InputPanel;
class ModelBar;
class QuestionPanel;
class RecordDialog;
class SamplingBar;
class WhatIfPanel;

// A question about the open scene or a recording: answer as it is produced, who is where, where the model looked.
class AskTab : public QWidget
{
    Q_OBJECT

public:
    // `loader`: makes the model in place of the one that is chosen in the tab, until the user chooses; for tests.
    AskTab(SceneDocument& document, ModelWorker::Loader loader, QWidget* parent = nullptr, SpeechDevices speech = {});

    // A recording instead of the scene, or the range of it. False, with a message, unless it has two channels.
    bool openAudio(const std::filesystem::path& path);
    // Answers come from this model folder from now on; it is loaded with the next question.
    void setModel(const std::filesystem::path& folder);
    // The scene's audio as it was rendered; null when it has to be rendered first.
    void setSceneAudio(std::shared_ptr<const AudioBuffer> audio);
    // The scene cannot be rendered: nobody waits for it any more.
    void giveUpScene();
    void ask();
    void stop();
    // The same question with the next seed; drawn words where the temperature was 0.
    void regenerate();
    // Asks what was asked then, of the same recording or of the scene as it is now.
    void askAgain(const AskEntry& entry);
    // Records two channels and asks about them; tests bring their own microphone.
    RecordDialog* record(std::unique_ptr<Microphone> microphone = Microphone::system());
    // What sounds from when to when in the recording that is open.
    void detectSources();
    // The question about every recording of a folder; null, with a message, when it cannot be asked.
    BatchDialog* askFolder(const QString& folder);
    // Where the history is kept; an empty path keeps nothing.
    void setHistoryFile(const std::filesystem::path& file);
    [[nodiscard]] HistoryPanel& history() { return *history_; }
    [[nodiscard]] SamplingBar& sampling();
    [[nodiscard]] QPushButton& askButton();
    [[nodiscard]] QPushButton& regenerateButton();
    [[nodiscard]] QPlainTextEdit& question();
    [[nodiscard]] QLineEdit& options();
    [[nodiscard]] QPlainTextEdit& answer();
    [[nodiscard]] InputPanel& inputPanel() { return *inputPanel_; }
    [[nodiscard]] ModelBar& model() { return *model_; }
    [[nodiscard]] SpeechBar& speech() { return *speech_; }
    [[nodiscard]] HearingViews& views() { return *views_; }
    [[nodiscard]] WhatIfPanel& whatIf() { return *whatIf_; }

signals:
    void sceneAudioWanted();
    void message(const QString& text);
    void localized(const binaurium::Localization& result);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildQuestionSide(QWidget* side);
    void buildViewSide(QWidget* side);
    void connectInput();
    void connectWorker();
    void send();
    [[nodiscard]] ModelWorker::Loader loaderOfModel() const;
    void useModel();
    void explain(const Answer& answer);
    void testCauses();
    void hear();
    // Everything of the entry but time and answer.
    [[nodiscard]] AskEntry entryToSend(const QString& question, const AskOptions& options) const;
    void showExamples();
    void showAnswer(const Answer& answer);
    void showLocalization(const Localization& result, int number);
    void showTimeline(const SoundTimeline& timeline);
    void setBusy(bool busy, const QString& status);
    void exportView();

    SceneDocument& document_;
    ModelWorker worker_;
    AskInput input_;
    std::shared_ptr<const AudioBuffer> heard_; // what the views show who is where of
    int localizing_ = 0;                       // number of the request about the input as it is; 0: none
    int awaited_ = 0, explaining_ = 0;         // numbers of the newest question (or timeline) and explanation
    std::optional<AskInput::Range> wanted_;    // a range to ask about, before the view of the sound knows it
    bool sendWhenReady_ = false;
    AskEntry sentEntry_;     // the question that is being answered, whatever is opened meanwhile
    bool isOfInput_ = false; // it is about the input as it is
    std::shared_ptr<const AudioBuffer> sentAudio_;
    AskInput::Range sentRange_; // of the input
    ExplainRequest explained_;  // of the answer that is shown
    std::string expectedHash_;  // of the sound that was asked about the first time; empty: a new question

    InputPanel* inputPanel_;
    ModelBar* model_;
    QLabel* range_;
    QuestionPanel* panel_;
    SpeechBar* speech_;
    HistoryPanel* history_;
    HearingViews* views_;
    WhatIfPanel* whatIf_;
};

} // namespace binaurium
