// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Trajectory.h"

#include <cstdint>

namespace binaurium {

// Plain values that other threads hand to the audio thread.
struct LiveSourceState
{
    Pose pose;         // used where the source has no trajectory
    float gain = 1.0F; // linear, 0 .. 16
    bool muted = false;
    bool solo = false;       // where any source is solo, the others are silent
    std::uint32_t jumps = 0; // counted up to crossfade to the new place instead of flying there
};

struct LiveListenerState
{
    Pose pose;
    std::uint32_t jumps = 0;
};

struct LiveTransport
{
    bool playing = false;
    bool loop = false;
    std::int64_t seekFrame = 0;
    std::uint32_t seeks = 0; // counted up to go to seekFrame
    float masterGain = 1.0F;
    bool limiter = false;
};

} // namespace binaurium
