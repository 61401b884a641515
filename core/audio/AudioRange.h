// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

namespace binaurium {

// Frames [first, first + count) of a clip, cut at its end.
[[nodiscard]] AudioBuffer audioFrames(const AudioBuffer& audio, std::size_t first, std::size_t count);

// The part between two times, cut at the clip's ends; at least one frame of a clip that has any.
[[nodiscard]] AudioBuffer audioRange(const AudioBuffer& audio, double fromS, double toS);

} // namespace binaurium
