// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/ImageSources.h"
#include "core/audio/AudioBuffer.h"

#include <vector>

namespace binaurium {

class Head;

struct MovingPathsOptions
{
    double fadeStartS = 1e9; // of images, by their delay; from here on the late tail takes over
    double fadeEndS = 1e9;
    ImageJitter jitter;
};

// The direct sound and the images of a source while it or the listener moves: one fractional delay per path and ear
// that glides (Doppler), and a filter per path and ear that is cross-faded from block to block. A source is heard where
// it is, not where it was when the sound left, so that audio and labels agree.
class MovingPaths
{
public:
    // Energies of the responses at one time: of the direct sound, and of all images together.
    struct Energies
    {
        double direct = 0.0;
        double images = 0.0;
    };

    // `room` and `head` (null: FOA or mono) must outlive this.
    MovingPaths(const RoomAcoustics& room, const Head* head, const MovingPathsOptions& options);

    // Adds what arrives of `dry`, the sound of the source on the scene's time line, to `out` (same rate and length).
    // Returns the energies per frame of `frameS` seconds, at its centre.
    std::vector<Energies> render(const Source& source, const Listener& listener, std::span<const float> dry,
                                 AudioBuffer& out, double frameS) const;

private:
    const RoomAcoustics& room_;
    const Head* head_;
    MovingPathsOptions options_;
};

} // namespace binaurium
