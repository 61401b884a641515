// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/ImageSources.h"
#include "core/audio/AudioBuffer.h"

namespace binaurium {

struct ImageFieldOptions
{
    double fromS = 0.0;  // images that arrive before do not count
    double untilS = 1.0; // nor those after
    int threads = 0;     // 0: one per processor; the samples do not depend on it
};

// Adds every image source that arrives in a span of time to `audio` (one channel: omni; four: FOA in the listener's
// frame). Made for hundreds of thousands of images: each one is added once to all octave bands side by side, with a
// windowed-sinc kernel at its fraction of a sample; then the bands are filtered and air is applied once for the whole
// response, in frames, since it depends on time alone. Unlike single paths (PathWriter) the bands meet without phase of
// their own, which rings to both sides by a few periods of the band: meant for what follows the early reflections.
void addImageField(AudioBuffer& audio, const RoomAcoustics& room, const Source& source, const Listener& listener,
                   const ImageFieldOptions& options, const ImageJitter& jitter = {});

} // namespace binaurium
