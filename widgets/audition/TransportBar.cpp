// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/audition/TransportBar.h"

#include "widgets/audition/LevelMeter.h"
#include "widgets/audition/WaveformBar.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QStyle>
#include <QToolButton>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace binaurium {
namespace {

constexpr int refreshMs = 16;

QToolButton* makeButton(QWidget* parent, QStyle::StandardPixmap icon, const QString& name)
{
    auto* button = new QToolButton(parent);
    button->setIcon(parent->style()->standardIcon(icon));
    button->setAccessibleName(name);
    button->setToolTip(name);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

// A soft tone at the left ear, a pause, one at the right.
AudioBuffer headphoneCheck()
{
    constexpr double rateHz = 48000.0, toneS = 0.7, pauseS = 0.3, toneHz = 500.0, fadeS = 0.02;
    constexpr double level = 0.1;
    const auto tone = static_cast<std::size_t>(toneS * rateHz);
    const auto pause = static_cast<std::size_t>(pauseS * rateHz);
    AudioBuffer audio(2, 2 * (tone + pause), rateHz);
    for (std::size_t ear = 0; ear < 2; ++ear)
        for (std::size_t n = 0; n < tone; ++n) {
            const double edge = std::min(1.0, static_cast<double>(std::min(n, tone - n)) / (fadeS * rateHz));
            audio.channel(ear)[ear * (tone + pause) + n] = static_cast<float>(
                level * edge * std::sin(2.0 * std::numbers::pi * toneHz * static_cast<double>(n) / rateHz));
        }
    return audio;
}

} // namespace

TransportBar::TransportBar(std::unique_ptr<AudioOutput> output, QWidget* parent)
    : QWidget(parent), output_(std::move(output))
{
    playButton_ = makeButton(this, QStyle::SP_MediaPlay, tr("Play (Space)"));
    stopButton_ = makeButton(this, QStyle::SP_MediaStop, tr("Stop"));
    loopButton_ = makeButton(this, QStyle::SP_BrowserReload, tr("Loop"));
    loopButton_->setCheckable(true);
    position_ = new WaveformBar(this);
    time_ = new QLabel(tr("– / –"), this);
    status_ = new QLabel(output_->description(), this);
    status_->setForegroundRole(QPalette::PlaceholderText);
    meter_ = new LevelMeter(this);
    gain_ = new QDoubleSpinBox(this);
    gain_->setAccessibleName(tr("Volume"));
    gain_->setToolTip(tr("Volume of everything that is heard; the scene is not changed"));
    gain_->setRange(-60.0, 12.0);
    gain_->setDecimals(1);
    gain_->setSuffix(tr(" dB"));
    audio_ = new QToolButton(this);
    audio_->setText(tr("Audio"));
    audio_->setAccessibleName(tr("Audio device and checks"));
    audio_->setPopupMode(QToolButton::InstantPopup);
    audio_->setMenu(new QMenu(audio_));
    connect(audio_->menu(), &QMenu::aboutToShow, this, &TransportBar::fillMenu);
    connect(gain_, &QDoubleSpinBox::valueChanged, this, &TransportBar::applyLevels);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(playButton_);
    row->addWidget(stopButton_);
    row->addWidget(loopButton_);
    row->addWidget(position_, 2);
    row->addWidget(time_);
    row->addWidget(meter_, 1);
    row->addWidget(gain_);
    row->addWidget(audio_);
    row->addWidget(status_);
    connect(playButton_, &QToolButton::clicked, this, &TransportBar::toggle);
    connect(stopButton_, &QToolButton::clicked, this, &TransportBar::stop);
    connect(loopButton_, &QToolButton::toggled, this, [this](bool on) {
        if (source_)
            source_->setLoop(on);
    });
    connect(position_, &WaveformBar::seekWanted, this, &TransportBar::seekS);
    connect(output_.get(), &AudioOutput::ended, this, &TransportBar::finished);
    connect(output_.get(), &AudioOutput::changed, this, [this] { status_->setText(output_->description()); });
    timer_.setInterval(refreshMs);
    connect(&timer_, &QTimer::timeout, this, &TransportBar::refresh);
}

TransportBar::~TransportBar()
{
    output_->stop();
}

double TransportBar::positionS() const
{
    return source_ ? static_cast<double>(source_->position()) / source_->rateHz() : 0.0;
}

void TransportBar::setAudio(std::shared_ptr<const AudioBuffer> audio)
{
    setSource(audio ? std::make_shared<BufferSource>(std::move(audio)) : nullptr);
}

void TransportBar::setSource(std::shared_ptr<AudioSource> source)
{
    const bool goOn = playing_ || playWhenReady_;
    const double atS = source_ && playing_ ? positionS() : std::exchange(startS_, 0.0);
    output_->stop();
    if (source_)
        source_->setPlaying(false);
    playing_ = false;
    playWhenReady_ = false;
    source_ = std::move(source);
    if (source_) {
        source_->setLoop(loopButton_->isChecked());
        applyLevels();
        source_->seek(static_cast<std::int64_t>(atS * source_->rateHz()));
        if (goOn)
            play();
    }
    refresh();
}

void TransportBar::applyLevels()
{
    if (!source_)
        return;
    source_->setGain(static_cast<float>(std::pow(10.0, gain_->value() / 20.0)));
    source_->setLimiter(limiter_);
}

// Made anew each time: devices come and go.
void TransportBar::fillMenu()
{
    QMenu* menu = audio_->menu();
    menu->clear();
    const auto devices = output_->devices();
    const auto add = [&](const QString& name, const QByteArray& id) {
        auto* action = menu->addAction(name, this, [this, id] { output_->choose(id); });
        action->setCheckable(true);
        action->setChecked(output_->chosen() == id);
    };
    if (devices.empty())
        menu->addAction(output_->description())->setEnabled(false);
    else
        add(tr("System default"), {});
    for (const auto& device : devices)
        add(device.name, device.id);
    menu->addSeparator();
    auto* limiter = menu->addAction(tr("Limiter"), this, [this](bool on) {
        limiter_ = on;
        applyLevels();
    });
    limiter->setCheckable(true);
    limiter->setChecked(limiter_);
    menu->addAction(tr("Check headphones: left, then right"), this, &TransportBar::checkHeadphones);
}

void TransportBar::checkHeadphones()
{
    playOnce(std::make_shared<const AudioBuffer>(headphoneCheck()), tr("a tone left, then a tone right"));
}

void TransportBar::playOnce(std::shared_ptr<const AudioBuffer> audio, const QString& what)
{
    if (playing_)
        toggle();
    output_->stop();
    checking_ = true;
    status_->setText(what);
    output_->start(std::make_shared<BufferSource>(std::move(audio)));
}

void TransportBar::setWaveform(const std::shared_ptr<const AudioBuffer>& audio)
{
    position_->setAudio(audio);
}

void TransportBar::setDuration(double durationS)
{
    position_->setDuration(durationS);
}

void TransportBar::seekS(double timeS)
{
    if (source_)
        source_->seek(static_cast<std::int64_t>(timeS * source_->rateHz()));
    else
        startS_ = timeS;
    refresh();
}

void TransportBar::setBusy(const QString& text)
{
    status_->setText(text.isEmpty() ? output_->description() : text);
}

void TransportBar::toggle()
{
    if (playing_) {
        output_->stop();
        source_->setPlaying(false);
        playing_ = false;
        timer_.stop();
        refresh();
    } else {
        play();
    }
}

void TransportBar::play()
{
    if (!source_) {
        playWhenReady_ = true;
        emit audioWanted();
        return;
    }
    if (source_->position() >= source_->length())
        source_->seek(0);
    meter_->reset();
    checking_ = false;
    source_->setPlaying(true);
    playing_ = output_->start(std::make_shared<TappedSource>(source_, tap_));
    status_->setText(playing_ ? output_->description() : output_->problem());
    if (playing_)
        timer_.start();
    refresh();
}

void TransportBar::stop()
{
    output_->stop();
    playing_ = false;
    playWhenReady_ = false;
    timer_.stop();
    if (source_) {
        source_->setPlaying(false);
        source_->seek(0);
    }
    refresh();
}

void TransportBar::finished()
{
    if (checking_) {
        checking_ = false;
        output_->stop();
        status_->setText(output_->description());
        return;
    }
    if (!source_ || source_->position() < source_->length())
        return;
    stop();
}

void TransportBar::refresh()
{
    playButton_->setIcon(style()->standardIcon(playing_ ? QStyle::SP_MediaPause : QStyle::SP_MediaPlay));
    if (!source_) {
        position_->setPosition(startS_);
        time_->setText(tr("– / –"));
        emit positionChanged(startS_, false);
        return;
    }
    repeatRange();
    const double length = static_cast<double>(source_->length()) / source_->rateHz();
    position_->setDuration(length);
    position_->setPosition(positionS());
    const QString time = tr("%1 / %2 s").arg(positionS(), 0, 'f', 1).arg(length, 0, 'f', 1);
    if (time != time_->text())
        time_->setText(time);
    if (playing_)
        meter_->add(source_->takePeaks(), source_->rms(), refreshMs * 1e-3);
    emit positionChanged(positionS(), playing_);
}

// A loop over a part; by the clock of the window, so that the end comes up to one picture late.
void TransportBar::repeatRange()
{
    const auto range = position_->range();
    if (playing_ && loopButton_->isChecked() && range && (positionS() >= range->second || positionS() < range->first))
        source_->seek(static_cast<std::int64_t>(range->first * source_->rateHz()));
}

} // namespace binaurium
