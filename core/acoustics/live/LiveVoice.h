// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/SourceDirectivity.h"
#include "core/acoustics/live/BinauralBus.h"
#include "core/acoustics/live/DelayLine.h"
#include "core/acoustics/live/GlidingPose.h"
#include "core/acoustics/live/LatestValue.h"
#include "core/acoustics/live/LiveScene.h"
#include "core/acoustics/live/LiveState.h"

namespace binaurium {

// Which part of the scene sounds during one quantum: up to two stretches, so that a seek or a loop can pass from one to
// the other.
struct Playhead
{
    struct Stretch
    {
        std::int64_t frame = 0; // of the scene, at the start of the quantum
        float fromGain = 0.0F;
        float toGain = 0.0F;
    };
    std::array<Stretch, 2> stretches;
    double endTimeS = 0.0;      // of the scene, at the end of the quantum; where trajectories stand
    bool discontinuous = false; // trajectories jump
};

// What all voices need to know about a quantum.
struct VoiceContext
{
    Playhead playhead;
    Vec3 listenerM; // at the end of the quantum
    HeadRotation rotation;
    bool jump = false; // the listener jumps
    bool anySolo = false;
    int fade = 0; // quanta that the crossfade of a jump still takes, this one included; 0: none
};

// One source while it plays: its place in the sound, wall filters, delay lines and paths. Belongs to the audio thread,
// except for mailbox(), which another thread writes.
class LiveVoice
{
public:
    static constexpr int jumpQuanta = 4; // length of a crossfade, 11 ms

    LiveVoice(const LiveScene& scene, std::size_t index);

    [[nodiscard]] LatestValue<LiveSourceState>& mailbox() noexcept { return mailbox_; }
    // Takes what the mailbox holds; true when the source has to jump.
    bool receive() noexcept;
    [[nodiscard]] bool solo() const noexcept { return state_.solo; }
    // Adds one quantum to `bus` and to the input of the tail.
    void process(const VoiceContext& context, BinauralBus& bus, std::span<float> tail) noexcept;

private:
    // How one image is heard.
    struct Path
    {
        std::array<double, 2> delaySamples{};
        std::array<float, 2> gain{}; // per ear: they differ where a source comes near
        LiveHead::Corners place;     // grid for the direct sound, bins for reflections
    };
    bool readSound(const VoiceContext& context) noexcept;
    void tracePaths(const VoiceContext& context, const Pose& pose) noexcept;
    void traceTail(double distanceM) noexcept;
    void feedTail(float before, float after, std::span<float> tail) noexcept;
    void playDirect(float before, float after, BinauralBus& bus) noexcept;
    void playReflections(float before, float after, BinauralBus& bus) noexcept;

    const LiveScene& scene_;
    const Source& source_;
    DryTimeline timeline_;
    const std::vector<float>* sound_; // null: silent
    SourceDirectivity directivity_;
    float tailGain_; // of its power into the room

    LatestValue<LiveSourceState> mailbox_;
    LiveSourceState state_;
    std::uint32_t jumpsSeen_ = 0;
    bool wantsJump_ = false;
    GlidingPose glide_;
    float gain_;
    int quiet_;            // quanta since the sound was last heard
    int quietLimit_;       // after so many the delay lines are empty
    bool settled_ = false; // now_ is where the last quantum ended

    std::vector<float> dry_;
    WallFilterState walls_;
    std::vector<AirTaps> air_;
    std::vector<float> filtered_; // a quantum per filter
    std::vector<DelayLine> lines_;
    std::vector<Path> before_; // where a jump began, resting
    std::vector<Path> now_;
    std::vector<Path> next_;
    bool jumping_ = false;

    // The tail of a source that is far away waits for its direct sound, and has decayed by then.
    struct TailSend
    {
        double delaySamples = 0.0;
        float gain = 0.0F;
    };
    DelayLine tailLine_;
    TailSend tailBefore_, tailNow_, tailNext_; // as before_, now_ and next_

    struct Direct
    {
        FftVector<float> window = FftVector<float>(LiveHead::fftSize); // last quantum and this one
        FftVector<Complex> newest = FftVector<Complex>(LiveHead::bins);
        FftVector<Complex> older = FftVector<Complex>(LiveHead::bins);
        std::array<FftVector<Complex>, 2> filters; // the one that sounds and the one to come
    };
    std::array<Direct, 2> direct_; // per ear
    std::size_t filterSlot_ = 0;
    std::shared_ptr<const Fft> fft_;
    std::array<float, LiveRate::quantum> tap_{};
};

} // namespace binaurium
