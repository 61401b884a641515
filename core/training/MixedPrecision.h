// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/TrainOptions.h"

#include <torch/torch.h>

namespace binaurium {

// How a forward pass multiplies. Weights, losses and optimiser states stay float32 in either case.
enum class Precision { Float32, Bfloat16 };

// What TrainOptions::precision means on a device: "auto" is bfloat16 where that multiplies it in hardware.
[[nodiscard]] Precision precisionOf(const TrainOptions& options, const torch::Device& device);

// While it lives, convolutions and matrix products of this thread on such a device run in the given precision
// (autocast). Not nested.
class PrecisionScope
{
public:
    PrecisionScope(Precision precision, torch::DeviceType device);
    ~PrecisionScope();
    PrecisionScope(const PrecisionScope&) = delete;
    PrecisionScope& operator=(const PrecisionScope&) = delete;

private:
    torch::DeviceType device_;
};

} // namespace binaurium
