// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <span>
#include <vector>

namespace binaurium {

// output[n] += sum_k input[n - k] * response[k] for n in 0 .. output.size()-1; offline, by one FFT product per block of
// input. Any lengths.
void convolveInto(std::span<const float> input, std::span<const float> response, std::span<float> output);

// The same for every channel of `response` into that of `output`, the input transformed once.
void convolveInto(std::span<const float> input, const AudioBuffer& response, AudioBuffer& output);

} // namespace binaurium
