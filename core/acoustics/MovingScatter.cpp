// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/MovingScatter.h"

#include "core/audio/Convolver.h"
#include "core/scene/Scene.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double delayStepS = 0.005; // in which nothing moves by a slice
constexpr double sliceS = 0.002;     // also what a gate takes to open, in direct delay

} // namespace

DirectDelays::DirectDelays(const Source& source, const Listener& listener, double speedOfSoundMPerS, double durationS)
{
    const auto steps = static_cast<std::size_t>(std::ceil(durationS / delayStepS)) + 1;
    delaysS_.reserve(steps);
    for (std::size_t i = 0; i < steps; ++i) {
        const double t = static_cast<double>(i) * delayStepS;
        delaysS_.push_back(length(poseAt(source, t).positionM - poseAt(listener, t).positionM) / speedOfSoundMPerS);
    }
    const auto [shortest, longest] = std::minmax_element(delaysS_.begin(), delaysS_.end());
    shortestS_ = *shortest;
    longestS_ = *longest;
}

double DirectDelays::at(double timeS) const noexcept
{
    const double position = std::clamp(timeS / delayStepS, 0.0, static_cast<double>(delaysS_.size() - 1));
    const auto before = static_cast<std::size_t>(position);
    const auto after = std::min(before + 1, delaysS_.size() - 1);
    return std::lerp(delaysS_[before], delaysS_[after], position - static_cast<double>(before));
}

MovingScatter::MovingScatter(AudioBuffer& scattered, const DirectDelays& delays) : delays_(&delays)
{
    const double rateHz = scattered.rateHz();
    const auto frameOf = [&](double timeS) {
        return std::min(scattered.frames(), static_cast<std::size_t>(std::ceil(timeS * rateHz)));
    };
    for (double startS = delays.shortestS(); startS < delays.longestS(); startS += sliceS) {
        const auto first = frameOf(startS);
        const auto last = frameOf(std::min(startS + sliceS, delays.longestS()));
        if (last <= first)
            continue;
        Slice slice{startS, AudioBuffer(scattered.channels(), last, rateHz), 0.0};
        for (std::size_t c = 0; c < scattered.channels(); ++c)
            for (std::size_t n = first; n < last; ++n) {
                const float s = std::exchange(scattered.channel(c)[n], 0.0F);
                slice.response.channel(c)[n] = s;
                slice.energy += static_cast<double>(s) * s;
            }
        slices_.push_back(std::move(slice));
    }
}

double MovingScatter::gate(const Slice& slice, double timeS) const noexcept
{
    return std::clamp((slice.startS - delays_->at(timeS)) / sliceS, 0.0, 1.0);
}

void MovingScatter::render(std::span<const float> dry, AudioBuffer& out) const
{
    std::vector<float> gated(dry.size());
    for (const Slice& slice : slices_) {
        bool sounds = false;
        for (std::size_t n = 0; n < dry.size(); ++n) {
            gated[n] = dry[n] * static_cast<float>(gate(slice, static_cast<double>(n) / out.rateHz()));
            sounds = sounds || gated[n] != 0.0F;
        }
        if (sounds)
            convolveInto(gated, slice.response, out);
    }
}

double MovingScatter::energyAt(double timeS) const noexcept
{
    double sum = 0.0;
    for (const Slice& slice : slices_)
        sum += slice.energy * std::pow(gate(slice, timeS), 2);
    return sum;
}

} // namespace binaurium
