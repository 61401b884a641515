// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/generators/Speech.h"
#include "core/model/SpeechReader.h"
#include "widgets/ask/Microphone.h"
#include "widgets/audition/AudioOutput.h"
#include "widgets/controls/BackgroundWork.h"

#include <QTimer>
#include <QWidget>
#include <functional>

class QCheckBox;
class QPushButton;

namespace binaurium {

// What speaking needs from outside; tests bring their own. `reader` and `voice` are called in threads of the bar.
struct SpeechDevices
{
    std::function<std::unique_ptr<Microphone>()> makeMicrophone = Microphone::system;
    std::function<std::unique_ptr<AudioOutput>()> makeOutput = AudioOutput::makeNull;
    std::function<std::unique_ptr<SpeechReader>()> reader = SpeechReader::load;
    std::function<AudioBuffer(const std::string& sentence)> voice = [](const std::string& sentence) {
        return speak(sentence, "en-us");
    };
};

// Speaking instead of typing: a question is recorded and read (Whisper), an answer is read aloud (espeak-ng). Both on
// this computer.
class SpeechBar : public QWidget
{
    Q_OBJECT

public:
    explicit SpeechBar(SpeechDevices devices, QWidget* parent = nullptr);
    ~SpeechBar() override;
    // Reads aloud where the box is ticked.
    void say(const QString& answer);
    [[nodiscard]] QPushButton& speakButton() const { return *speak_; }
    [[nodiscard]] QCheckBox& aloudBox() const { return *aloud_; }

signals:
    void questionSpoken(const QString& text);
    void spoken(); // the answer begins to sound
    void message(const QString& text);

private:
    void toggle();
    void start();
    void stop();
    void setRecording(bool on);
    void read(std::shared_ptr<const AudioBuffer> speech);

    SpeechDevices devices_;
    std::unique_ptr<AudioOutput> output_;
    std::unique_ptr<Microphone> microphone_; // while recording
    std::unique_ptr<StereoSink> sink_;
    QTimer timer_;                         // ends a recording that is full
    std::shared_ptr<SpeechReader> reader_; // of the reading thread
    QPushButton* speak_;
    QCheckBox* aloud_;
    BackgroundWork reading_;
    BackgroundWork speaking_;
};

} // namespace binaurium
