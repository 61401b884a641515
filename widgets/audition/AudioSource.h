// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <array>
#include <atomic>
#include <memory>

namespace binaurium {

// What a transport pulls from. read() runs in the audio thread: no locks, no allocation.
class AudioSource
{
public:
    virtual ~AudioSource() = default;
    // Writes `frames` interleaved stereo frames; silence behind the end. Returns false once the end was reached.
    virtual bool read(float* interleaved, int frames) noexcept = 0;
    [[nodiscard]] virtual double rateHz() const noexcept = 0;
    [[nodiscard]] virtual std::int64_t length() const noexcept = 0; // frames
    [[nodiscard]] virtual std::int64_t position() const noexcept = 0;
    virtual void seek(std::int64_t frame) noexcept = 0; // any thread
    virtual void setLoop(bool on) noexcept = 0;
    virtual void setGain(float linear) noexcept = 0; // of everything that is heard
    virtual void setLimiter(bool) noexcept {}
    // Told by the transport when it starts and stops; sources that play on their own account (a live engine) obey.
    virtual void setPlaying(bool) noexcept {}
    // Peaks of L and R since the last call, linear; any one thread.
    [[nodiscard]] virtual std::array<float, 2> takePeaks() noexcept = 0;
    // Root mean square of L and R over about 0.3 s, linear.
    [[nodiscard]] virtual std::array<float, 2> rms() const noexcept = 0;
};

// Plays a rendered two-channel buffer, once or in a loop.
class BufferSource : public AudioSource
{
public:
    // Needs two channels.
    explicit BufferSource(std::shared_ptr<const AudioBuffer> audio) : audio_(std::move(audio)) {}

    bool read(float* interleaved, int frames) noexcept override;
    [[nodiscard]] double rateHz() const noexcept override { return audio_->rateHz(); }
    [[nodiscard]] std::int64_t length() const noexcept override { return static_cast<std::int64_t>(audio_->frames()); }
    [[nodiscard]] std::int64_t position() const noexcept override { return position_; }
    void seek(std::int64_t frame) noexcept override;
    [[nodiscard]] std::array<float, 2> takePeaks() noexcept override;
    [[nodiscard]] std::array<float, 2> rms() const noexcept override;
    void setGain(float linear) noexcept override { gain_.store(linear, std::memory_order_relaxed); }
    void setLoop(bool on) noexcept override { loop_ = on; }

private:
    std::shared_ptr<const AudioBuffer> audio_;
    std::atomic<std::int64_t> position_{0};
    std::atomic<bool> loop_{false};
    std::atomic<float> gain_{1.0F};
    std::array<std::atomic<float>, 2> peaks_{};
    std::array<std::atomic<float>, 2> power_{};
};

} // namespace binaurium
