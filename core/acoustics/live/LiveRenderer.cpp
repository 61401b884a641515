// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/LiveRenderer.h"

#include "core/acoustics/live/Ramp.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr std::size_t quantum = LiveRate::quantum;

LiveListenerState initialState(const Listener& listener)
{
    return {{listener.positionM, listener.orientation}, 0};
}

} // namespace

LiveRenderer::LiveRenderer(std::shared_ptr<const LiveScene> scene)
    : scene_(std::move(scene)), listener_(initialState(scene_->scene.listener)),
      listenerState_(initialState(scene_->scene.listener)), listenerGlide_(listenerState_.pose), bus_(scene_->head)
{
    for (std::size_t i = 0; i < scene_->scene.sources.size(); ++i)
        voices_.emplace_back(*scene_, i);
    if (scene_->tail)
        tail_ = std::make_unique<TailConvolver>(scene_->tail);
}

void LiveRenderer::render(const Playhead& playhead, std::span<float> left, std::span<float> right) noexcept
{
    std::fill_n(left.begin(), quantum, 0.0F);
    std::fill_n(right.begin(), quantum, 0.0F);
    std::fill(tailIn_.begin(), tailIn_.end(), 0.0F);

    VoiceContext context;
    context.playhead = playhead;
    const Listener& listener = scene_->scene.listener;
    const bool flown = !listener.trajectory.empty();
    bool jump = false;
    if (fade_ > 0)
        --fade_;
    // News wait until a crossfade is over; a seek or the end of a loop does not wait, and begins another.
    if (fade_ == 0 || playhead.discontinuous) {
        const auto seen = listenerState_.jumps;
        if (listener_.read(listenerState_) && !flown) {
            const double wayM = length(listenerState_.pose.positionM - listenerGlide_.now().positionM);
            context.jump = listenerState_.jumps != seen || wayM > scene_->options.jumpDistanceM;
            if (context.jump)
                listenerGlide_.jump(listenerState_.pose);
            else
                listenerGlide_.aim(listenerState_.pose,
                                   std::max(1, static_cast<int>(std::lround(scene_->options.glideS * LiveRate::hz /
                                                                            static_cast<double>(quantum)))));
        }
        context.jump = context.jump || (flown && playhead.discontinuous);
        for (auto& voice : voices_)
            jump = voice.receive() || jump;
        if (jump || context.jump || playhead.discontinuous)
            fade_ = LiveVoice::jumpQuanta;
    }
    for (const auto& voice : voices_)
        context.anySolo = context.anySolo || voice.solo();
    const Pose pose = flown ? poseAt(listener, playhead.endTimeS) : listenerGlide_.step();
    context.listenerM = pose.positionM;
    context.rotation = HeadRotation(pose.orientation);
    context.fade = fade_;
    for (auto& voice : voices_)
        voice.process(context, bus_, tailIn_);
    bus_.finish(left, right);
    if (tail_)
        tail_->process(tailIn_, left, right);
    addNoise(playhead, left, right);
}

// The background stands still on the scene's time line, so that a seek finds the same noise again.
void LiveRenderer::addNoise(const Playhead& playhead, std::span<float> left, std::span<float> right) const noexcept
{
    const auto length = static_cast<std::int64_t>(scene_->noise.frames());
    if (length == 0)
        return;
    for (const auto& stretch : playhead.stretches) {
        if (stretch.fromGain == 0.0F && stretch.toGain == 0.0F)
            continue;
        std::int64_t at = std::max<std::int64_t>(0, stretch.frame) % length;
        for (std::size_t n = stretch.frame < 0 ? static_cast<std::size_t>(-stretch.frame) : 0; n < quantum; ++n) {
            if (stretch.frame + static_cast<std::int64_t>(n) >= scene_->frames())
                break;
            const float gain = stretch.fromGain + quantumRamp[n] * (stretch.toGain - stretch.fromGain);
            left[n] += gain * scene_->noise.channel(0)[static_cast<std::size_t>(at)];
            right[n] += gain * scene_->noise.channel(1)[static_cast<std::size_t>(at)];
            if (++at == length)
                at = 0;
        }
    }
}

int LiveRenderer::settlingQuanta() const noexcept
{
    constexpr int longest = 60; // 0.16 s, 55 m
    const double samples = scene_->longestPathM() / scene_->room.speedOfSoundMPerS() * LiveRate::hz;
    return std::min(longest, static_cast<int>(samples / static_cast<double>(quantum)) + 2);
}

void LiveRenderer::preRoll(std::int64_t frame)
{
    constexpr double longestS = 1.0;
    const auto length = static_cast<std::int64_t>(std::min(longestS, scene_->tailS) * LiveRate::hz);
    std::array<float, quantum> left{}, right{};
    for (std::int64_t at = std::max<std::int64_t>(0, frame - length); at < frame; at += quantum) {
        Playhead playhead;
        playhead.stretches[0] = {at, 1.0F, 1.0F};
        playhead.endTimeS = static_cast<double>(at + static_cast<std::int64_t>(quantum)) / LiveRate::hz;
        render(playhead, left, right);
    }
}

} // namespace binaurium
