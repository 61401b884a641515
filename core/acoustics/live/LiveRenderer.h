// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/live/LiveVoice.h"

#include <deque>

namespace binaurium {

// Plays one LiveScene quantum by quantum. Everything is allocated at construction; render() belongs to the audio
// thread, the mailboxes to one other thread. The engine passes from one renderer to the next when a scene's rooms,
// sounds or head change.
class LiveRenderer
{
public:
    explicit LiveRenderer(std::shared_ptr<const LiveScene> scene);

    [[nodiscard]] const LiveScene& scene() const noexcept { return *scene_; }
    [[nodiscard]] LatestValue<LiveSourceState>& source(std::size_t index) noexcept { return voices_[index].mailbox(); }
    [[nodiscard]] LatestValue<LiveListenerState>& listener() noexcept { return listener_; }

    // Writes one quantum per ear.
    void render(const Playhead& playhead, std::span<float> left, std::span<float> right) noexcept;
    // True while a crossfade goes on; seeks wait for its end.
    [[nodiscard]] bool fading() const noexcept { return fade_ > 0; }
    // Quanta after which the delay lines of a fresh renderer are full.
    [[nodiscard]] int settlingQuanta() const noexcept;
    // Lets the reverberation fill before the renderer is handed over, as if it had played up to `frame`.
    void preRoll(std::int64_t frame);

private:
    void addNoise(const Playhead& playhead, std::span<float> left, std::span<float> right) const noexcept;

    std::shared_ptr<const LiveScene> scene_;
    std::deque<LiveVoice> voices_; // they do not move
    LatestValue<LiveListenerState> listener_;
    LiveListenerState listenerState_;
    GlidingPose listenerGlide_;
    BinauralBus bus_;
    std::unique_ptr<TailConvolver> tail_;
    std::array<float, LiveRate::quantum> tailIn_{};
    int fade_ = 0;
};

} // namespace binaurium
