// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <span>
#include <vector>

namespace binaurium {

struct Listener;
struct Source;

// How long the direct sound takes while source or listener move, from 0 to `durationS`.
class DirectDelays
{
public:
    DirectDelays(const Source& source, const Listener& listener, double speedOfSoundMPerS, double durationS);
    [[nodiscard]] double shortestS() const noexcept { return shortestS_; }
    [[nodiscard]] double longestS() const noexcept { return longestS_; }
    [[nodiscard]] double at(double timeS) const noexcept; // linear in between; past the ends that of the ends

private:
    std::vector<double> delaysS_;
    double shortestS_ = 0.0, longestS_ = 0.0;
};

// What the walls scatter of a source that moves. No reflection comes before the direct sound, so the part of the tail
// that lies between the shortest and the longest direct delay sounds only while the direct sound is earlier: it is cut
// into slices, each with a gate of its own.
class MovingScatter
{
public:
    // Takes the slices out of `scattered` (scatteredTail() from the shortest delay on): what is left there always
    // sounds. `delays` must outlive this.
    MovingScatter(AudioBuffer& scattered, const DirectDelays& delays);

    // Adds what is heard of `dry` to `out` (same rate and length).
    void render(std::span<const float> dry, AudioBuffer& out) const;
    // Of the slices that sound at a time, all channels together.
    [[nodiscard]] double energyAt(double timeS) const noexcept;

private:
    struct Slice
    {
        double startS = 0.0;
        AudioBuffer response; // from time 0 on
        double energy = 0.0;
    };
    [[nodiscard]] double gate(const Slice& slice, double timeS) const noexcept; // 0: shut, 1: open

    const DirectDelays* delays_; // not owned
    std::vector<Slice> slices_;
};

} // namespace binaurium
