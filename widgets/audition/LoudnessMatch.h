// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <utility>

namespace binaurium {

// Loudness of the whole buffer after EBU R 128 (gated, LUFS); by its rms where it is too short or too quiet for gating.
// At least -120.
[[nodiscard]] double loudnessLufs(const AudioBuffer& audio);

// Linear gains that make both equally loud by turning the louder one down.
[[nodiscard]] std::pair<float, float> matchingGains(const AudioBuffer& a, const AudioBuffer& b);

} // namespace binaurium
