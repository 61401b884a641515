// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace binaurium::nn {

// Rotary positions (Su et al. 2021; pairs are the two halves of a head, as in Llama): x [.., T, heads, d] turned by the
// angles of its T places, whose cosines and sines are [T, d], both halves alike -> float32 of the same shape. One pass
// over memory each way on the processor for float32 and bfloat16; gradients flow to x.
[[nodiscard]] torch::Tensor rotated(const torch::Tensor& x, const torch::Tensor& cosine, const torch::Tensor& sine);

} // namespace binaurium::nn
