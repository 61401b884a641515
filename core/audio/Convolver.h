// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

namespace binaurium {

// output[n] += sum_k input[n - k] * response[k] for n in 0 .. output.size()-1; offline, by one FFT product per block of
// input. Any lengths.
void convolveInto(std::span<const float> input, std::span<const float> response, std::span<float> output);

} // namespace binaurium
