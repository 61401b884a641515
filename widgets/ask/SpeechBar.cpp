// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/SpeechBar.h"

#include "core/audio/Resampler.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <algorithm>

namespace binaurium {
namespace {

constexpr int lookMs = 100;
constexpr double shortestQuestionS = 0.3; // of a question
constexpr double outputRateHz = 48000.0;

// One channel at the synthesiser's rate becomes what an output plays.
std::shared_ptr<const AudioBuffer> forOutput(const AudioBuffer& voice)
{
    const auto mono = resample(voice, outputRateHz);
    auto both = std::make_shared<AudioBuffer>(2, mono.frames(), mono.rateHz());
    for (std::size_t c = 0; c < 2; ++c)
        std::copy(mono.channel(0).begin(), mono.channel(0).end(), both->channel(c).begin());
    return both;
}

} // namespace

SpeechBar::SpeechBar(SpeechDevices devices, QWidget* parent)
    : QWidget(parent), devices_(std::move(devices)), output_(devices_.makeOutput())
{
    speak_ = new QPushButton(this);
    speak_->setCheckable(true);
    connect(speak_, &QPushButton::clicked, this, &SpeechBar::toggle);
    aloud_ = new QCheckBox(tr("Read the answer alo&ud"), this);
    aloud_->setAccessibleName(tr("Read the answer aloud"));
    connect(aloud_, &QCheckBox::toggled, this, [this](bool on) {
        if (!on)
            output_->stop();
    });
    timer_.setInterval(lookMs);
    connect(&timer_, &QTimer::timeout, this, [this] {
        if (sink_ && sink_->isFull())
            stop();
    });
    connect(&reading_, &BackgroundWork::failed, this, [this](const QString& reason) {
        setRecording(false);
        emit message(reason);
    });
    connect(&speaking_, &BackgroundWork::failed, this, [this](const QString& reason) { emit message(reason); });
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(speak_);
    row->addWidget(aloud_);
    row->addStretch(1);
    setRecording(false);
}

SpeechBar::~SpeechBar()
{
    if (microphone_)
        microphone_->stop();
    output_->stop();
}

void SpeechBar::setRecording(bool on)
{
    speak_->setEnabled(true);
    speak_->setChecked(on);
    speak_->setText(on ? tr("Done speaking") : tr("Spea&k the question"));
    speak_->setAccessibleName(on ? tr("Done speaking") : tr("Speak the question"));
    speak_->setToolTip(tr("English, at most %1 s; stays on this computer").arg(SpeechReader::longestS, 0, 'f', 0));
}

void SpeechBar::toggle()
{
    if (microphone_)
        stop();
    else
        start();
}

void SpeechBar::start()
{
    auto microphone = devices_.makeMicrophone();
    QString problem = microphone->problem();
    if (problem.isEmpty()) {
        sink_ = std::make_unique<StereoSink>(microphone->rateHz(), SpeechReader::longestS);
        if (!microphone->start(*sink_))
            problem = microphone->problem();
    }
    if (problem.isEmpty()) {
        microphone_ = std::move(microphone);
        timer_.start();
    } else
        emit message(problem);
    setRecording(problem.isEmpty());
}

void SpeechBar::stop()
{
    timer_.stop();
    microphone_->stop();
    microphone_.reset();
    auto speech = std::make_shared<const AudioBuffer>(sink_->recording());
    sink_.reset();
    setRecording(false);
    if (speech->durationS() < shortestQuestionS)
        emit message(tr("Nothing was said."));
    else
        read(std::move(speech));
}

void SpeechBar::read(std::shared_ptr<const AudioBuffer> speech)
{
    speak_->setEnabled(false);
    speak_->setText(tr("reading…"));
    reading_.start([this, speech = std::move(speech)](const BackgroundWork::Context& context) {
        if (!reader_)
            reader_ = devices_.reader();
        const auto text = QString::fromStdString(reader_->read(*speech)).trimmed();
        context.deliver([this, text] {
            setRecording(false);
            if (text.isEmpty())
                emit message(tr("No words were heard."));
            else
                emit questionSpoken(text);
        });
    });
}

void SpeechBar::say(const QString& answer)
{
    if (!aloud_->isChecked() || answer.isEmpty())
        return;
    speaking_.start([this, sentence = answer.toStdString()](const BackgroundWork::Context& context) {
        const auto voice = forOutput(devices_.voice(sentence));
        context.deliver([this, voice] {
            if (output_->start(std::make_shared<BufferSource>(voice)))
                emit spoken();
            else
                emit message(output_->problem());
        });
    });
}

} // namespace binaurium
