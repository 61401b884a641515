// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace binaurium {

// What an audio backend pulls from.
class AudioCallback
{
public:
    virtual ~AudioCallback() = default;
    // Writes `frames` interleaved stereo frames; called in the audio thread.
    virtual void process(float* interleaved, int frames) noexcept = 0;
};

} // namespace binaurium
