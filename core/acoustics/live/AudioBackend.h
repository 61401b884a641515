// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/live/AudioCallback.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace binaurium {

// Where the live engine plays to. start() and stop() belong to one thread.
class AudioBackend
{
public:
    virtual ~AudioBackend() = default;
    // Begins to pull from `callback`, which must outlive stop(). `lost` is called at most once, from the backend's own
    // thread, when the device goes away; the backend then pulls no more and another one can go on with the same
    // callback. False when it cannot play; problem() says why.
    virtual bool start(AudioCallback& callback, std::function<void()> lost = {}) = 0;
    virtual void stop() = 0;
    [[nodiscard]] virtual std::string problem() const { return {}; }
    [[nodiscard]] virtual std::string description() const = 0;
};

// No device: a thread pulls in real time and drops the samples, so that time goes on.
class NullAudioBackend : public AudioBackend
{
public:
    explicit NullAudioBackend(double rateHz = 48000.0, int blockFrames = 256) : rateHz_(rateHz), block_(blockFrames) {}
    ~NullAudioBackend() override { NullAudioBackend::stop(); }
    bool start(AudioCallback& callback, std::function<void()> lost = {}) override;
    void stop() override;
    [[nodiscard]] std::string description() const override { return "no audio device: silent"; }
    // As if the device had been pulled out.
    void lose() noexcept { losing_ = true; }

private:
    double rateHz_;
    int block_;
    std::thread thread_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> losing_{false};
};

// Writes `frames` of what the callback plays into a WAV or FLAC file as fast as it can; start() returns when done.
class FileAudioBackend : public AudioBackend
{
public:
    FileAudioBackend(std::filesystem::path path, std::int64_t frames, double rateHz = 48000.0, int blockFrames = 256)
        : path_(std::move(path)), frames_(frames), rateHz_(rateHz), block_(blockFrames)
    {}
    bool start(AudioCallback& callback, std::function<void()> lost = {}) override;
    void stop() override {}
    [[nodiscard]] std::string problem() const override { return problem_; }
    [[nodiscard]] std::string description() const override { return path_.string(); }

private:
    std::filesystem::path path_;
    std::int64_t frames_;
    double rateHz_;
    int block_;
    std::string problem_;
};

} // namespace binaurium
