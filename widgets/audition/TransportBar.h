// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/audition/AudioOutput.h"
#include "widgets/audition/AudioTap.h"

#include <QTimer>
#include <QWidget>

class QDoubleSpinBox;
class QLabel;
class QToolButton;

namespace binaurium {

class LevelMeter;
class WaveformBar;

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
    // Something beside the scene, once; what plays is paused.
    void playOnce(std::shared_ptr<const AudioBuffer> audio, const QString& what);
    // The curve to seek on: what is heard, as far as it is known.
    void setWaveform(const std::shared_ptr<const AudioBuffer>& audio);
    void setDuration(double durationS); // where no source says it yet
    void seekS(double timeS);
    [[nodiscard]] WaveformBar& waveform() { return *position_; }
    // Gets everything that is heard.
    [[nodiscard]] const std::shared_ptr<AudioTap>& tap() const noexcept { return tap_; }

signals:
    void audioWanted();
    void positionChanged(double timeS, bool playing);

private:
    void refresh();
    void applyLevels();
    void fillMenu();
    void finished();
    void repeatRange();

    std::unique_ptr<AudioOutput> output_;
    std::shared_ptr<AudioSource> source_;
    std::shared_ptr<AudioTap> tap_ = std::make_shared<AudioTap>();
    double startS_ = 0.0; // where to begin once there is a source
    bool playing_ = false;
    bool playWhenReady_ = false;
    bool checking_ = false; // the headphones
    bool limiter_ = false;
    QTimer timer_;
    QToolButton* playButton_;
    QToolButton* stopButton_;
    QToolButton* loopButton_;
    WaveformBar* position_;
    QLabel* time_;
    QDoubleSpinBox* gain_;
    QToolButton* audio_;
    QLabel* status_;
    LevelMeter* meter_;
};

} // namespace binaurium
