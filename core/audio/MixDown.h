// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

namespace binaurium {

// The mean of all channels, one value per frame.
[[nodiscard]] std::vector<float> mixDown(const AudioBuffer& audio);

} // namespace binaurium
