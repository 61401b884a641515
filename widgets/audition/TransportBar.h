// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/audition/AudioOutput.h"

#include <QTimer>
#include <QWidget>

class QDoubleSpinBox;
class QLabel;
class QSlider;
class QToolButton;

namespace binaurium {

class LevelMeter;

// Play, stop, loop, position, volume and levels of one AudioSource, the device and a check of the headphones. Where
// nothing is rendered yet, Play asks for it.
class TransportBar : public QWidget
{
    Q_OBJECT

public:
    explicit TransportBar(std::unique_ptr<AudioOutput> output, QWidget* parent = nullptr);
    ~TransportBar() override;

    // Something else to play, or nothing; playing goes on at the same place.
    void setSource(std::shared_ptr<AudioSource> source);
    // A rendered buffer.
    void setAudio(std::shared_ptr<const AudioBuffer> audio);
    [[nodiscard]] bool isPlaying() const noexcept { return playing_; }
    [[nodiscard]] const AudioSource* source() const noexcept { return source_.get(); }
    [[nodiscard]] double positionS() const;
    void toggle();
    void play();
    void stop();
    void setBusy(const QString& text); // rendering; empty ends it
    // A tone at the left ear, then at the right one; what plays is paused.
    void checkHeadphones();

signals:
    void audioWanted();

private:
    void refresh();
    void applyLevels();
    void fillMenu();
    void finished();

    std::unique_ptr<AudioOutput> output_;
    std::shared_ptr<AudioSource> source_;
    bool playing_ = false;
    bool playWhenReady_ = false;
    bool checking_ = false; // the headphones
    bool limiter_ = false;
    QTimer timer_;
    QToolButton* playButton_;
    QToolButton* stopButton_;
    QToolButton* loopButton_;
    QSlider* position_;
    QLabel* time_;
    QDoubleSpinBox* gain_;
    QToolButton* audio_;
    QLabel* status_;
    LevelMeter* meter_;
};

} // namespace binaurium
