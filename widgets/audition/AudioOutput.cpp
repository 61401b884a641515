// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/audition/AudioOutput.h"

#include "widgets/audition/SystemOutput.h"

#include <QAudioDevice>
#include <QAudioSink>
#include <QElapsedTimer>
#include <QIODevice>
#include <QMediaDevices>
#include <QTimer>
#include <vector>

namespace binaurium {
namespace {

constexpr int bytesPerFrame = 2 * static_cast<int>(sizeof(float));

// QAudioSink pulls from a QIODevice; this one hands the call on.
class PullDevice : public QIODevice
{
public:
    explicit PullDevice(std::shared_ptr<AudioSource> source) : source_(std::move(source)) { open(QIODevice::ReadOnly); }
    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override
    {
        // Pull mode asks before it reads; a source without loop ends by itself.
        return (source_->length() - source_->position()) * bytesPerFrame + QIODevice::bytesAvailable();
    }

protected:
    qint64 readData(char* data, qint64 size) override
    {
        const int frames = static_cast<int>(size / bytesPerFrame);
        if (source_->position() >= source_->length())
            return 0;
        source_->read(reinterpret_cast<float*>(data), frames);
        return static_cast<qint64>(frames) * bytesPerFrame;
    }
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    std::shared_ptr<AudioSource> source_;
};

class DeviceOutput : public AudioOutput
{
public:
    explicit DeviceOutput(const QAudioDevice& device) : device_(device) {}

    bool start(std::shared_ptr<AudioSource> source) override
    {
        stop(); // the old sink may still pull from the old device
        QAudioFormat format;
        format.setSampleRate(static_cast<int>(source->rateHz()));
        format.setChannelCount(2);
        format.setSampleFormat(QAudioFormat::Float);
        if (!device_.isFormatSupported(format)) {
            problem_ = tr("The device '%1' cannot play two channels at %2 Hz.")
                           .arg(device_.description())
                           .arg(format.sampleRate());
            return false;
        }
        pull_ = std::make_unique<PullDevice>(std::move(source));
        sink_ = std::make_unique<QAudioSink>(device_, format);
        connect(sink_.get(), &QAudioSink::stateChanged, this, [this](QAudio::State state) {
            if (state == QAudio::IdleState)
                emit ended();
        });
        sink_->start(pull_.get());
        problem_ = sink_->error() == QAudio::NoError
                       ? QString()
                       : tr("The device '%1' could not be opened.").arg(device_.description());
        return problem_.isEmpty();
    }
    void stop() override
    {
        if (sink_)
            sink_->stop();
        sink_.reset();
        pull_.reset();
    }
    [[nodiscard]] QString problem() const override { return problem_; }
    [[nodiscard]] QString description() const override { return device_.description(); }

private:
    QAudioDevice device_;
    std::unique_ptr<PullDevice> pull_;
    std::unique_ptr<QAudioSink> sink_;
    QString problem_;
};

class NullOutput : public AudioOutput
{
public:
    NullOutput()
    {
        timer_.setInterval(10);
        connect(&timer_, &QTimer::timeout, this, [this] {
            const auto due =
                static_cast<std::int64_t>(static_cast<double>(clock_.elapsed()) * 1e-3 * source_->rateHz());
            scratch_.resize(static_cast<std::size_t>(2 * std::max<std::int64_t>(0, due - played_)));
            const bool more = source_->read(scratch_.data(), static_cast<int>(scratch_.size() / 2));
            played_ = due;
            if (!more) {
                timer_.stop();
                emit ended();
            }
        });
    }
    bool start(std::shared_ptr<AudioSource> source) override
    {
        source_ = std::move(source);
        played_ = 0;
        clock_.start();
        timer_.start();
        return true;
    }
    void stop() override { timer_.stop(); }
    [[nodiscard]] QString problem() const override { return {}; }
    [[nodiscard]] QString description() const override { return tr("no audio device: silent"); }

private:
    std::shared_ptr<AudioSource> source_;
    QTimer timer_;
    QElapsedTimer clock_;
    std::int64_t played_ = 0;
    std::vector<float> scratch_;
};

} // namespace

std::unique_ptr<AudioOutput> AudioOutput::makeNull()
{
    return std::make_unique<NullOutput>();
}

std::unique_ptr<AudioOutput> AudioOutput::makeDefault()
{
    SystemOutput::System system;
    system.devices = [] {
        std::vector<Device> devices;
        const auto first = QMediaDevices::defaultAudioOutput();
        if (!first.isNull())
            devices.push_back({first.id(), first.description()});
        for (const auto& device : QMediaDevices::audioOutputs())
            if (device.id() != first.id())
                devices.push_back({device.id(), device.description()});
        return devices;
    };
    system.open = [](const QByteArray& id) -> std::unique_ptr<AudioOutput> {
        for (const auto& device : QMediaDevices::audioOutputs())
            if (device.id() == id)
                return std::make_unique<DeviceOutput>(device);
        return makeNull();
    };
    auto output = std::make_unique<SystemOutput>(std::move(system));
    auto* watch = new QMediaDevices(output.get());
    connect(watch, &QMediaDevices::audioOutputsChanged, output.get(), &SystemOutput::devicesChanged);
    return output;
}

} // namespace binaurium
