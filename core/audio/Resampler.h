// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

namespace binaurium {

// Band-limited resampling (libsoxr, very high quality, linear phase, no delay). Equal rates give a copy.
[[nodiscard]] AudioBuffer resample(const AudioBuffer& audio, double rateHz);
[[nodiscard]] std::vector<float> resample(std::span<const float> samples, double fromHz, double toHz);

} // namespace binaurium
