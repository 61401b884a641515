// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace binaurium::nn {

// x / sqrt(mean(x^2) + eps) * gain over the last dimension, of float32 x [.., C] and a frozen gain [C] -> `type`. Where
// x has a gradient on the processor, it passes over memory once each way.
[[nodiscard]] torch::Tensor rmsNormed(const torch::Tensor& x, const torch::Tensor& gain, double eps,
                                      torch::ScalarType type);

} // namespace binaurium::nn
