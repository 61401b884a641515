// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/Microphone.h"

#include <QAudioDevice>
#include <QAudioFormat>
#include <QAudioSource>
#include <QMediaDevices>
#include <algorithm>
#include <cmath>
#include <cstring>

namespace binaurium {
namespace {

constexpr std::size_t frameBytes = 2 * sizeof(std::int16_t);
constexpr float fullScale = 32768.0F;

class SystemMicrophone : public Microphone
{
public:
    SystemMicrophone() : device_(QMediaDevices::defaultAudioInput())
    {
        format_.setChannelCount(2);
        format_.setSampleFormat(QAudioFormat::Int16);
        for (const int rate : {48000, 44100, 32000, 16000}) {
            format_.setSampleRate(rate);
            if (device_.isFormatSupported(format_))
                break;
        }
    }

    QString problem() const override
    {
        if (device_.isNull())
            return tr("There is no microphone on this computer. Connect one, or open a recording.");
        if (device_.maximumChannelCount() < 2)
            return tr("%1 has one channel. Where a sound comes from can only be heard with two: connect microphones in "
                      "two ears.")
                .arg(device_.description());
        if (!device_.isFormatSupported(format_))
            return tr("%1 does not give 16-bit stereo.").arg(device_.description());
        return failure_;
    }
    QString description() const override { return device_.description(); }
    double rateHz() const override { return format_.sampleRate(); }

    bool start(QIODevice& sink) override
    {
        source_ = std::make_unique<QAudioSource>(device_, format_);
        source_->start(&sink);
        if (source_->error() == QAudio::NoError)
            return true;
        failure_ = tr("%1 cannot be opened; another program may use it.").arg(device_.description());
        source_.reset();
        return false;
    }

    void stop() override
    {
        if (source_)
            source_->stop();
        source_.reset();
    }

private:
    QAudioDevice device_;
    QAudioFormat format_;
    std::unique_ptr<QAudioSource> source_;
    QString failure_;
};

} // namespace

std::unique_ptr<Microphone> Microphone::system()
{
    return std::make_unique<SystemMicrophone>();
}

StereoSink::StereoSink(double rateHz, double limitS, QObject* parent)
    : QIODevice(parent), rateHz_(rateHz), limit_(2 * static_cast<std::size_t>(std::llround(limitS * rateHz)))
{
    open(QIODevice::WriteOnly | QIODevice::Unbuffered);
}

qint64 StereoSink::writeData(const char* data, qint64 size)
{
    const std::lock_guard lock(mutex_);
    rest_.insert(rest_.end(), data, data + size);
    const std::size_t frames = rest_.size() / frameBytes;
    for (std::size_t f = 0; f < frames && samples_.size() < limit_; ++f) {
        for (std::size_t c = 0; c < 2; ++c) {
            std::int16_t value = 0;
            std::memcpy(&value, rest_.data() + f * frameBytes + c * sizeof value, sizeof value);
            const float sample = static_cast<float>(value) / fullScale;
            samples_.push_back(sample);
            levels_.peaks[c] = std::max(levels_.peaks[c], std::abs(sample));
            squares_[c] += static_cast<double>(sample) * static_cast<double>(sample);
        }
        ++frames_;
    }
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(frames * frameBytes));
    return size;
}

StereoSink::Levels StereoSink::takeLevels()
{
    const std::lock_guard lock(mutex_);
    Levels taken = levels_;
    taken.seconds = static_cast<double>(frames_) / rateHz_;
    for (std::size_t c = 0; c < 2; ++c)
        taken.rms[c] = static_cast<float>(std::sqrt(squares_[c] / std::max<double>(1.0, static_cast<double>(frames_))));
    levels_ = {};
    squares_ = {};
    frames_ = 0;
    return taken;
}

double StereoSink::recordedS() const
{
    const std::lock_guard lock(mutex_);
    return static_cast<double>(samples_.size() / 2) / rateHz_;
}

bool StereoSink::isFull() const
{
    const std::lock_guard lock(mutex_);
    return samples_.size() >= limit_;
}

AudioBuffer StereoSink::recording() const
{
    const std::lock_guard lock(mutex_);
    AudioBuffer audio(2, samples_.size() / 2, rateHz_);
    for (std::size_t n = 0; n < audio.frames(); ++n)
        for (std::size_t c = 0; c < 2; ++c)
            audio.channel(c)[n] = samples_[2 * n + c];
    return audio;
}

void StereoSink::clear()
{
    const std::lock_guard lock(mutex_);
    samples_.clear();
    rest_.clear();
    levels_ = {};
    squares_ = {};
    frames_ = 0;
}

} // namespace binaurium
