// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/LiveVoice.h"

#include "core/acoustics/NearField.h"

#include "core/acoustics/live/Ramp.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr std::size_t quantum = LiveRate::quantum;
constexpr double nearestM = 0.1;     // a source may not sit inside of the head
constexpr float gainFollows = 0.35F; // share of the way that a gain goes in one quantum
constexpr float gainRests = 1e-5F;
constexpr int glideTail = 4; // quanta of filters after the delay lines have run empty

int quantaOf(double seconds)
{
    return std::max(1, static_cast<int>(std::lround(seconds * LiveRate::hz / static_cast<double>(quantum))));
}

LiveSourceState initialState(const Source& source)
{
    LiveSourceState state;
    state.pose = {source.positionM, source.orientation};
    state.gain = static_cast<float>(std::pow(10.0, source.gainDb / 20.0));
    state.muted = source.muted;
    return state;
}

// Samples, of any path of the scene.
std::size_t longestDelay(const LiveScene& scene)
{
    constexpr double earReach = 64.0; // ear delays, kernels and alignment
    return static_cast<std::size_t>(scene.longestPathM() / scene.room.speedOfSoundMPerS() * LiveRate::hz +
                                    LiveRate::latencySamples + earReach);
}

constexpr std::size_t bandOf(double frequencyHz)
{
    std::size_t band = 0;
    while (filterBandHz[band] < frequencyHz)
        ++band;
    return band;
}
// Directivity and near field are levels at 1 kHz; from there the air's filter also takes what directivity loses above.
constexpr std::size_t band1k = bandOf(1000.0), band8k = bandOf(8000.0), band16k = bandOf(16000.0);

} // namespace

LiveVoice::LiveVoice(const LiveScene& scene, std::size_t index)
    : scene_(scene), source_(scene.scene.sources[index]),
      timeline_(source_, scene.scene.durationS, LiveRate::hz, scene.sounds[index] ? scene.sounds[index]->size() : 0),
      sound_(scene.sounds[index].get()), directivity_(source_),
      tailGain_(static_cast<float>(std::sqrt(directivity_.meanSquare(band1k)))), mailbox_(initialState(source_)),
      state_(initialState(source_)), glide_(state_.pose), gain_(state_.muted ? 0.0F : state_.gain), quiet_(0),
      quietLimit_(0), dry_(quantum), walls_(scene.walls), air_(scene.walls->groups() * WallFilters::width),
      filtered_(scene.walls->groups() * WallFilters::width * quantum), before_(scene.images.size()),
      now_(scene.images.size()), next_(scene.images.size()), tailLine_(longestDelay(scene)),
      fft_(Fft::ofSize(LiveHead::fftSize))
{
    const std::size_t longest = longestDelay(scene);
    lines_.assign(scene.walls->count(), DelayLine(longest));
    quietLimit_ = static_cast<int>(longest / quantum) + glideTail;
    quiet_ = quietLimit_;
    for (auto& ear : direct_)
        for (auto& filter : ear.filters)
            filter.resize(LiveHead::parts * LiveHead::bins);
}

bool LiveVoice::receive() noexcept
{
    wantsJump_ = false;
    if (!mailbox_.read(state_) || !source_.trajectory.empty())
        return false;
    const auto& limits = scene_.options;
    const double wayM = length(state_.pose.positionM - glide_.now().positionM);
    wantsJump_ = state_.jumps != jumpsSeen_ || wayM > limits.jumpDistanceM;
    jumpsSeen_ = state_.jumps;
    if (wantsJump_)
        glide_.jump(state_.pose);
    else
        glide_.aim(state_.pose, quantaOf(limits.glideS));
    return wantsJump_;
}

void LiveVoice::process(const VoiceContext& context, BinauralBus& bus, std::span<float> tail) noexcept
{
    const bool flown = !source_.trajectory.empty();
    const Pose pose = flown ? poseAt(source_, context.playhead.endTimeS) : glide_.step();
    quiet_ = readSound(context) ? 0 : quiet_ + 1;
    if (quiet_ > quietLimit_) {
        quiet_ = quietLimit_ + 1;
        settled_ = false;
        jumping_ = false;
        return;
    }
    tracePaths(context, pose);
    if (!settled_) {
        std::copy(next_.begin(), next_.end(), now_.begin());
        tailNow_ = tailNext_;
        tailLine_.clear();
        walls_.clear();
        for (auto& line : lines_)
            line.clear();
    }
    // A jump leaves the old paths where they are and starts the new ones at their place; gains cross.
    const bool begins = settled_ && context.fade == jumpQuanta &&
                        (wantsJump_ || context.jump || (flown && context.playhead.discontinuous));
    if (begins) {
        std::copy(now_.begin(), now_.end(), before_.begin());
        std::copy(next_.begin(), next_.end(), now_.begin());
        tailBefore_ = std::exchange(tailNow_, tailNext_);
    }
    jumping_ = context.fade > 0 && (begins || (jumping_ && context.fade < jumpQuanta));
    walls_.process(dry_, air_, filtered_);
    for (std::size_t f = 0; f < lines_.size(); ++f)
        lines_[f].write({filtered_.data() + f * quantum, quantum});
    const float before = jumping_ ? static_cast<float>(context.fade) / jumpQuanta : 0.0F;
    const float after = jumping_ ? static_cast<float>(context.fade - 1) / jumpQuanta : 0.0F;
    playDirect(before, after, bus);
    playReflections(before, after, bus);
    feedTail(before, after, tail);
    std::swap(now_, next_);
    tailNow_ = tailNext_;
    settled_ = true;
}

// One quantum of the sound with gain into dry_; false when it is silent.
bool LiveVoice::readSound(const VoiceContext& context) noexcept
{
    std::fill(dry_.begin(), dry_.end(), 0.0F);
    const float wanted = state_.muted || (context.anySolo && !state_.solo) ? 0.0F : state_.gain;
    const float from = gain_;
    gain_ += gainFollows * (wanted - gain_);
    if (std::abs(wanted - gain_) < gainRests)
        gain_ = wanted;
    if (sound_ == nullptr || (from == 0.0F && gain_ == 0.0F))
        return false;
    bool heard = false;
    for (const auto& stretch : context.playhead.stretches) {
        if (stretch.fromGain == 0.0F && stretch.toGain == 0.0F)
            continue;
        const std::int64_t start = stretch.frame - timeline_.first();
        const auto low = std::clamp<std::int64_t>(-start, 0, quantum);
        const auto high = std::clamp<std::int64_t>(timeline_.count() - start, 0, quantum);
        if (low >= high)
            continue;
        heard = true;
        const auto size = static_cast<std::int64_t>(sound_->size());
        std::int64_t at = (start + low) % size;
        for (std::int64_t n = low; n < high; ++n) {
            const auto i = static_cast<std::size_t>(n);
            const float along = quantumRamp[i];
            const float gain = (stretch.fromGain + along * (stretch.toGain - stretch.fromGain)) *
                               (from + along * (gain_ - from)) * timeline_.edgeGain(start + n);
            dry_[i] += gain * (*sound_)[static_cast<std::size_t>(at)];
            if (++at == size)
                at = 0;
        }
    }
    return heard;
}

// Where every image will be at the end of the quantum, into next_ and air_.
void LiveVoice::tracePaths(const VoiceContext& context, const Pose& pose) noexcept
{
    const double samplesPerM = LiveRate::hz / scene_.room.speedOfSoundMPerS();
    const bool omni = directivity_.isOmnidirectional();
    const HeadRotation axis = omni ? HeadRotation{} : HeadRotation(pose.orientation);
    const double alignment = static_cast<double>(LiveRate::latencySamples) - static_cast<double>(scene_.head->onset()) -
                             static_cast<double>(AirTaps::delaySamples);
    for (std::size_t i = 0; i < scene_.images.size(); ++i) {
        const LiveImage& image = scene_.images[i];
        const Vec3& s = pose.positionM;
        const Vec3 offset = Vec3{image.sign.x * s.x + image.offset.x, image.sign.y * s.y + image.offset.y,
                                 image.sign.z * s.z + image.offset.z} -
                            context.listenerM;
        const double distance = std::max(nearestM, length(offset));
        Path& path = next_[i];
        const auto angles = LiveHead::angles(context.rotation.toHead(offset));
        path.delaySamples = scene_.head->delaySamples(angles);
        for (double& delay : path.delaySamples)
            delay += distance * samplesPerM + alignment;
        if (i == 0)
            traceTail(distance);
        path.place = i == 0 ? scene_.head->gridCorners(angles) : scene_.head->binCorners(angles);
        const auto metres = static_cast<float>(distance);
        double gain = 1.0 / (4.0 * std::numbers::pi * distance);
        float loss8k = metres * scene_.room.airLogGainPerM(band8k);
        float loss16k = metres * scene_.room.airLogGainPerM(band16k);
        if (!omni) {
            // The ray leaves the source mirrored as its image is.
            const Vec3 departure{-image.sign.x * offset.x, -image.sign.y * offset.y, -image.sign.z * offset.z};
            const double cosine = axis.toHead(departure).x / distance;
            const auto logGains = directivity_.logGains(cosine);
            gain *= std::exp(static_cast<double>(logGains[band1k])) * (directivity_.isInverted(cosine) ? -1.0 : 1.0);
            loss8k += logGains[band8k] - logGains[band1k];
            loss16k += logGains[band16k] - logGains[band1k];
        }
        air_[image.filter] = AirTaps::of(loss8k, loss16k);
        const double side = context.rotation.toHead(offset).y / distance;
        for (std::size_t ear = 0; ear < 2; ++ear) {
            path.gain[ear] = static_cast<float>(gain);
            if (distance < nearField::farthestM)
                path.gain[ear] *= std::exp(nearField::logGains(distance, ear == 0 ? side : -side)[band1k]);
        }
    }
}

void LiveVoice::traceTail(double distanceM) noexcept
{
    const double waitS = std::max(0.0, distanceM / scene_.room.speedOfSoundMPerS() - scene_.tailFromS);
    tailNext_.delaySamples = DelayKernels::reach + waitS * LiveRate::hz;
    tailNext_.gain = tailGain_ * static_cast<float>(std::pow(10.0, -3.0 * waitS / std::max(scene_.tailRt60S, 0.01)));
}

void LiveVoice::feedTail(float before, float after, std::span<float> tail) noexcept
{
    if (scene_.tail == nullptr)
        return;
    tailLine_.write(dry_);
    tailLine_.read(tailNow_.delaySamples, tailNext_.delaySamples, tap_);
    addRamped(tap_, (1.0F - before) * tailNow_.gain, (1.0F - after) * tailNext_.gain, tail);
    if (jumping_) {
        tailLine_.read(tailBefore_.delaySamples, tailBefore_.delaySamples, tap_);
        addRamped(tap_, before * tailBefore_.gain, after * tailBefore_.gain, tail);
    }
}

void LiveVoice::playDirect(float before, float after, BinauralBus& bus) noexcept
{
    const Path &old = before_[0], &from = now_[0], &to = next_[0];
    const DelayLine& line = lines_[scene_.images[0].filter];
    const bool moves = !settled_ || jumping_ || !(from.place == to.place);
    const std::size_t slot = filterSlot_;
    for (std::size_t ear = 0; ear < 2; ++ear) {
        Direct& direct = direct_[ear];
        const std::span<float> fresh(direct.window.data() + quantum, quantum);
        std::fill(fresh.begin(), fresh.end(), 0.0F);
        line.read(from.delaySamples[ear], to.delaySamples[ear], tap_);
        addRamped(tap_, (1.0F - before) * from.gain[ear], (1.0F - after) * to.gain[ear], fresh);
        if (jumping_) {
            line.read(old.delaySamples[ear], old.delaySamples[ear], tap_);
            addRamped(tap_, before * old.gain[ear], after * old.gain[ear], fresh);
        }
        fft_->forward(direct.window, direct.newest);
        if (moves) {
            scene_.head->filter(to.place, ear, direct.filters[1 - slot]);
            const auto& leaving = settled_ ? direct.filters[slot] : direct.filters[1 - slot];
            bus.addDirect(ear, direct.newest.data(), direct.older.data(), leaving.data(),
                          direct.filters[1 - slot].data());
        } else {
            bus.addDirect(ear, direct.newest.data(), direct.older.data(), direct.filters[slot].data());
        }
        std::swap(direct.newest, direct.older);
        std::copy_n(direct.window.begin() + quantum, quantum, direct.window.begin());
    }
    if (moves)
        filterSlot_ = 1 - slot;
}

void LiveVoice::playReflections(float before, float after, BinauralBus& bus) noexcept
{
    for (std::size_t i = 1; i < next_.size(); ++i) {
        const Path &old = before_[i], &from = now_[i], &to = next_[i];
        const DelayLine& line = lines_[scene_.images[i].filter];
        for (std::size_t ear = 0; ear < 2; ++ear) {
            line.read(from.delaySamples[ear], to.delaySamples[ear], tap_);
            bus.addReflection(ear, tap_, from.place, (1.0F - before) * from.gain[ear], to.place,
                              (1.0F - after) * to.gain[ear]);
            if (jumping_) {
                line.read(old.delaySamples[ear], old.delaySamples[ear], tap_);
                bus.addReflection(ear, tap_, old.place, before * old.gain[ear], old.place, after * old.gain[ear]);
            }
        }
    }
}

} // namespace binaurium
