// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/live/AudioCallback.h"
#include "core/acoustics/live/LiveRenderer.h"

#include <atomic>

namespace binaurium {

// Plays a scene while it is being changed. One thread controls (all functions but process(); it may be any one thread),
// the audio thread calls process(): no locks, no allocation, blocks of any length. Positions, gains and the transport
// are heard at the next quantum; a new scene (room, sounds, head, objects added) is made ready elsewhere and crossfaded
// in.
class LiveEngine : public AudioCallback
{
public:
    LiveEngine() = default;
    ~LiveEngine() override;
    LiveEngine(const LiveEngine&) = delete;
    LiveEngine& operator=(const LiveEngine&) = delete;

    // A renderer for setRenderer(), in any thread: takes some ten milliseconds, since the reverberation is filled as if
    // it had played up to `frame` (< 0: not at all). `sources` overrides what the scene says about level, mute and
    // place, and brings solo; may be shorter or empty.
    [[nodiscard]] static std::unique_ptr<LiveRenderer> makeRenderer(std::shared_ptr<const LiveScene> scene,
                                                                    std::span<const LiveSourceState> sources = {},
                                                                    std::int64_t frame = -1);
    void setRenderer(std::unique_ptr<LiveRenderer> renderer) noexcept;
    // Both in one.
    void setScene(std::shared_ptr<const LiveScene> scene, std::span<const LiveSourceState> sources = {});
    [[nodiscard]] const LiveScene* scene() const noexcept { return latest_ ? &latest_->scene() : nullptr; }

    // Of the scene that was set last; an index beyond its sources is ignored.
    void setSource(std::size_t index, const LiveSourceState& state) noexcept;
    void setListener(const LiveListenerState& state) noexcept;

    void play() noexcept; // from the start where the end was reached
    void pause() noexcept;
    void seek(std::int64_t frame) noexcept;
    void setLoop(bool on) noexcept;
    void setMasterGain(float linear) noexcept; // 0 .. 16
    void setLimiter(bool on) noexcept;         // keeps peaks below -1 dBFS; off at first

    // Any thread.
    // Where it plays, or will once it has obeyed the last seek, in frames of the scene.
    [[nodiscard]] std::int64_t position() const noexcept;
    // Length of the scene that was set last; 0: none.
    [[nodiscard]] std::int64_t frames() const noexcept { return frames_.load(std::memory_order_relaxed); }
    [[nodiscard]] bool ended() const noexcept { return ended_.load(std::memory_order_relaxed); }
    // Largest sample per ear since the last call, linear.
    [[nodiscard]] std::array<float, 2> takePeaks() noexcept;
    // Root mean square per ear over about 0.3 s, linear.
    [[nodiscard]] std::array<float, 2> rms() const noexcept;

    // Audio thread.
    void process(float* interleaved, int frames) noexcept override;

private:
    void collect() noexcept;
    void takeNewScene() noexcept;
    [[nodiscard]] Playhead nextPlayhead(std::int64_t frames) noexcept;
    void renderQuantum() noexcept;
    void finishLevels() noexcept;
    void sendTransport() noexcept { transport_.write(wanted_); }

    // Control thread.
    LiveRenderer* latest_ = nullptr; // owned by the hand-over below
    LiveTransport wanted_;

    // Hand-over: each pointer is owned by whoever took it out.
    std::atomic<LiveRenderer*> incoming_{nullptr};
    std::atomic<LiveRenderer*> retired_{nullptr};
    LatestValue<LiveTransport> transport_;
    std::atomic<std::int64_t> position_{0};
    std::atomic<std::int64_t> frames_{0};
    std::atomic<std::int64_t> seekFrame_{0};
    std::atomic<std::uint32_t> seeksSent_{0};
    std::atomic<std::uint32_t> seeksDone_{0};
    std::atomic<bool> ended_{false};
    std::array<std::atomic<float>, 2> peaks_{};
    std::array<std::atomic<float>, 2> power_{};

    // Audio thread.
    LiveRenderer* current_ = nullptr;
    LiveRenderer* leaving_ = nullptr;
    int sceneFade_ = 0; // quanta until `leaving_` is silent
    LiveTransport seen_;
    bool playing_ = false;
    bool atEnd_ = false;
    float gain_ = 1.0F;
    float limiterGain_ = 1.0F;
    std::array<std::array<float, LiveRate::quantum>, 2> out_{};
    std::array<std::array<float, LiveRate::quantum>, 2> other_{};
    std::size_t read_ = LiveRate::quantum; // of out_
};

} // namespace binaurium
