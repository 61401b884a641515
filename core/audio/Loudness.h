// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

namespace binaurium {

// Level of the parts that sound: rms over those 50 ms blocks that lie within 20 dB of the loudest one. 0 for silence.
[[nodiscard]] double activeRms(std::span<const float> samples, double rateHz);

// Per block of `blockS` seconds: whether its rms lies within `rangeDb` of the loudest block.
[[nodiscard]] std::vector<bool> activity(std::span<const float> samples, double rateHz, double blockS, double rangeDb);

} // namespace binaurium
