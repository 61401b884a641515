// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/LiveEngine.h"

#include "core/acoustics/live/Ramp.h"

#include <algorithm>
#include <cmath>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

namespace binaurium {
namespace {

constexpr std::size_t quantum = LiveRate::quantum;
constexpr auto quantumFrames = static_cast<std::int64_t>(quantum);
constexpr int sceneFadeQuanta = 12; // 32 ms
constexpr float gainFollows = 0.35F;
constexpr float ceiling = 0.891F; // -1 dBFS
constexpr double releaseS = 0.2;  // of the limiter
constexpr double rmsS = 0.3;      // time constant of the level
constexpr float largestGain = 16.0F;

// Decaying filters would run into numbers so small that the processor takes a slow path.
class FlushDenormals
{
public:
#ifdef __SSE__
    FlushDenormals() noexcept : before_(_mm_getcsr())
    {
        _mm_setcsr(before_ | 0x8040U);
    }
    ~FlushDenormals()
    {
        _mm_setcsr(before_);
    }

private:
    unsigned before_;
#else
    FlushDenormals() noexcept = default;
#endif
};

} // namespace

LiveEngine::~LiveEngine()
{
    delete incoming_.load();
    delete retired_.load();
    delete leaving_;
    delete current_;
}

std::unique_ptr<LiveRenderer> LiveEngine::makeRenderer(std::shared_ptr<const LiveScene> scene,
                                                       std::span<const LiveSourceState> sources, std::int64_t frame)
{
    auto renderer = std::make_unique<LiveRenderer>(std::move(scene));
    const std::size_t count = std::min(sources.size(), renderer->scene().scene.sources.size());
    for (std::size_t i = 0; i < count; ++i)
        renderer->source(i).write(sources[i]);
    if (frame >= 0)
        renderer->preRoll(frame);
    return renderer;
}

void LiveEngine::setRenderer(std::unique_ptr<LiveRenderer> renderer) noexcept
{
    collect();
    latest_ = renderer.release();
    frames_.store(latest_->scene().frames(), std::memory_order_relaxed);
    delete incoming_.exchange(latest_, std::memory_order_acq_rel); // one that was never taken
}

void LiveEngine::setScene(std::shared_ptr<const LiveScene> scene, std::span<const LiveSourceState> sources)
{
    setRenderer(makeRenderer(std::move(scene), sources, wanted_.playing ? position() : -1));
}

void LiveEngine::setSource(std::size_t index, const LiveSourceState& state) noexcept
{
    collect();
    if (latest_ != nullptr && index < latest_->scene().scene.sources.size())
        latest_->source(index).write(state);
}

void LiveEngine::setListener(const LiveListenerState& state) noexcept
{
    collect();
    if (latest_ != nullptr)
        latest_->listener().write(state);
}

void LiveEngine::play() noexcept
{
    const bool seeking = seeksSent_.load(std::memory_order_relaxed) != seeksDone_.load(std::memory_order_acquire);
    if (ended() && !seeking)
        seek(0);
    wanted_.playing = true;
    sendTransport();
}

void LiveEngine::pause() noexcept
{
    wanted_.playing = false;
    sendTransport();
}

void LiveEngine::seek(std::int64_t frame) noexcept
{
    wanted_.seekFrame = std::max<std::int64_t>(0, frame);
    ++wanted_.seeks;
    seekFrame_.store(wanted_.seekFrame, std::memory_order_relaxed);
    seeksSent_.store(wanted_.seeks, std::memory_order_release);
    sendTransport();
}

std::int64_t LiveEngine::position() const noexcept
{
    const bool pending = seeksSent_.load(std::memory_order_acquire) != seeksDone_.load(std::memory_order_acquire);
    return (pending ? seekFrame_ : position_).load(std::memory_order_relaxed);
}

void LiveEngine::setLoop(bool on) noexcept
{
    wanted_.loop = on;
    sendTransport();
}

void LiveEngine::setMasterGain(float linear) noexcept
{
    wanted_.masterGain = std::clamp(linear, 0.0F, largestGain);
    sendTransport();
}

void LiveEngine::setLimiter(bool on) noexcept
{
    wanted_.limiter = on;
    sendTransport();
}

// Frees what the audio thread has done with.
void LiveEngine::collect() noexcept
{
    delete retired_.exchange(nullptr, std::memory_order_acq_rel);
}

std::array<float, 2> LiveEngine::takePeaks() noexcept
{
    return {peaks_[0].exchange(0.0F, std::memory_order_relaxed), peaks_[1].exchange(0.0F, std::memory_order_relaxed)};
}

std::array<float, 2> LiveEngine::rms() const noexcept
{
    return {std::sqrt(power_[0].load(std::memory_order_relaxed)), std::sqrt(power_[1].load(std::memory_order_relaxed))};
}

void LiveEngine::process(float* interleaved, int frames) noexcept
{
    const FlushDenormals flush;
    for (int n = 0; n < frames;) {
        if (read_ == quantum) {
            renderQuantum();
            read_ = 0;
        }
        const int count = std::min(frames - n, static_cast<int>(quantum - read_));
        for (int i = 0; i < count; ++i)
            for (std::size_t ear = 0; ear < 2; ++ear)
                interleaved[2 * (n + i) + static_cast<int>(ear)] = out_[ear][read_ + static_cast<std::size_t>(i)];
        read_ += static_cast<std::size_t>(count);
        n += count;
    }
}

// A new scene comes in by crossfade; until that is over and the old one is handed back, the next has to wait.
void LiveEngine::takeNewScene() noexcept
{
    if (leaving_ != nullptr && sceneFade_ == 0) {
        LiveRenderer* none = nullptr;
        if (retired_.compare_exchange_strong(none, leaving_, std::memory_order_acq_rel))
            leaving_ = nullptr;
    }
    if (leaving_ != nullptr)
        return;
    if (auto* fresh = incoming_.exchange(nullptr, std::memory_order_acq_rel)) {
        leaving_ = current_;
        current_ = fresh;
        // The old scene alone until the new one's delay lines are full, then the crossfade.
        sceneFade_ = leaving_ != nullptr ? sceneFadeQuanta + current_->settlingQuanta() : 0;
    }
}

// What sounds next, by the transport; moves the position.
Playhead LiveEngine::nextPlayhead(std::int64_t frames) noexcept
{
    transport_.read(seen_);
    Playhead head;
    std::int64_t at = position_.load(std::memory_order_relaxed);
    const float was = playing_ ? 1.0F : 0.0F;
    const bool seeking = seen_.seeks != seeksDone_.load(std::memory_order_relaxed) && !current_->fading();
    if (seeking)
        atEnd_ = false;
    playing_ = seen_.playing && !atEnd_;
    const float is = playing_ ? 1.0F : 0.0F;
    if (seeking) {
        head.stretches[0] = {at, was, 0.0F};
        at = std::min(seen_.seekFrame, frames);
        head.stretches[1] = {at, 0.0F, is};
        head.discontinuous = true;
    } else {
        head.stretches[0] = {at, was, is};
    }
    if (playing_) {
        at += quantumFrames;
        if (at >= frames && seen_.loop) {
            if (!seeking) // the end and the start of the scene meet inside of this quantum
                head.stretches[1] = {head.stretches[0].frame - frames, was, is};
            at -= frames;
            head.discontinuous = true;
        } else if (at >= frames) {
            at = frames;
            atEnd_ = true;
        }
    }
    head.endTimeS = static_cast<double>(at) / LiveRate::hz;
    position_.store(at, std::memory_order_relaxed);
    if (seeking)
        seeksDone_.store(seen_.seeks, std::memory_order_release);
    ended_.store(atEnd_, std::memory_order_relaxed);
    return head;
}

void LiveEngine::renderQuantum() noexcept
{
    takeNewScene();
    for (auto& ear : out_)
        ear.fill(0.0F);
    if (current_ == nullptr)
        return;
    const auto playhead = nextPlayhead(std::max(current_->scene().frames(), 2 * quantumFrames));
    current_->render(playhead, out_[0], out_[1]);
    if (leaving_ != nullptr && sceneFade_ > 0) {
        leaving_->render(playhead, other_[0], other_[1]);
        const float from = std::min(1.0F, static_cast<float>(sceneFade_) / sceneFadeQuanta);
        const float to = std::min(1.0F, static_cast<float>(--sceneFade_) / sceneFadeQuanta);
        for (std::size_t ear = 0; ear < 2; ++ear)
            for (std::size_t n = 0; n < quantum; ++n) {
                const float share = from + quantumRamp[n] * (to - from);
                out_[ear][n] += share * (other_[ear][n] - out_[ear][n]);
            }
    }
    finishLevels();
}

// Master gain, limiter and meters.
void LiveEngine::finishLevels() noexcept
{
    static const auto release = static_cast<float>(1.0 - std::exp(-1.0 / (releaseS * LiveRate::hz)));
    static const auto follow =
        static_cast<float>(1.0 - std::exp(-static_cast<double>(quantum) / (rmsS * LiveRate::hz)));
    const float from = gain_;
    gain_ += gainFollows * (seen_.masterGain - gain_);
    std::array<float, 2> peak{}, sum{};
    for (std::size_t n = 0; n < quantum; ++n) {
        const float gain = from + quantumRamp[n] * (gain_ - from);
        float limited = 1.0F;
        if (seen_.limiter) {
            const float loudest = gain * std::max(std::abs(out_[0][n]), std::abs(out_[1][n]));
            limiterGain_ += release * (1.0F - limiterGain_);
            limiterGain_ = std::min(limiterGain_, loudest > ceiling ? ceiling / loudest : 1.0F);
            limited = limiterGain_;
        }
        for (std::size_t ear = 0; ear < 2; ++ear) {
            const float s = gain * limited * out_[ear][n];
            out_[ear][n] = s;
            peak[ear] = std::max(peak[ear], std::abs(s));
            sum[ear] += s * s;
        }
    }
    for (std::size_t ear = 0; ear < 2; ++ear) {
        peaks_[ear].store(std::max(peaks_[ear].load(std::memory_order_relaxed), peak[ear]), std::memory_order_relaxed);
        const float power = power_[ear].load(std::memory_order_relaxed);
        power_[ear].store(power + follow * (sum[ear] / static_cast<float>(quantum) - power), std::memory_order_relaxed);
    }
}

} // namespace binaurium
