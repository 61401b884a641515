// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <QIODevice>
#include <array>
#include <memory>
#include <mutex>
#include <vector>

namespace binaurium {

// Takes interleaved 16-bit stereo as audio devices give it and keeps it up to a limit. Bytes may come in any portions
// and from any one thread.
class StereoSink : public QIODevice
{
    Q_OBJECT

public:
    StereoSink(double rateHz, double limitS, QObject* parent = nullptr);

    struct Levels
    {
        std::array<float, 2> peaks{}, rms{}; // since the last call
        double seconds = 0.0;                // that came since then
    };
    [[nodiscard]] Levels takeLevels();
    [[nodiscard]] double recordedS() const;
    [[nodiscard]] bool isFull() const;
    [[nodiscard]] AudioBuffer recording() const; // two channels
    void clear();

protected:
    qint64 readData(char*, qint64) override { return -1; }
    qint64 writeData(const char* data, qint64 size) override;

private:
    mutable std::mutex mutex_;
    double rateHz_;
    std::size_t limit_; // samples
    std::vector<float> samples_;
    std::vector<char> rest_; // of a frame that came in part
    Levels levels_;
    std::array<double, 2> squares_{};
    std::size_t frames_ = 0; // since levels were taken
};

// Where sound comes from: a microphone of this computer, or what a test brings.
class Microphone : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    [[nodiscard]] virtual QString problem() const = 0; // why nothing can be recorded; empty where it can
    [[nodiscard]] virtual QString description() const = 0;
    [[nodiscard]] virtual double rateHz() const = 0;
    // Writes to the sink, which must stay until stop().
    virtual bool start(QIODevice& sink) = 0;
    virtual void stop() = 0;

    // The default input of the computer, with two channels.
    [[nodiscard]] static std::unique_ptr<Microphone> system();
};

} // namespace binaurium
