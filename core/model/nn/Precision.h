// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace binaurium::nn {

// Whether a device multiplies bfloat16 in hardware: the processor with AVX512-BF16 or AMX, a GPU from compute
// capability 8 on.
[[nodiscard]] bool hasFastBfloat16(const torch::Device& device = torch::kCPU);

} // namespace binaurium::nn
