// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/MixedPrecision.h"

#include "core/model/nn/Precision.h"

#include <ATen/autocast_mode.h>

namespace binaurium {

Precision precisionOf(const TrainOptions& options, const torch::Device& device)
{
    if (options.precision == "auto")
        return nn::hasFastBfloat16(device) ? Precision::Bfloat16 : Precision::Float32;
    return options.precision == "bfloat16" ? Precision::Bfloat16 : Precision::Float32;
}

PrecisionScope::PrecisionScope(Precision precision, torch::DeviceType device) : device_(device)
{
    at::autocast::increment_nesting();
    at::autocast::set_autocast_dtype(device_, at::kBFloat16);
    at::autocast::set_autocast_enabled(device_, precision == Precision::Bfloat16);
}

PrecisionScope::~PrecisionScope()
{
    at::autocast::set_autocast_enabled(device_, false);
    at::autocast::decrement_nesting();
    at::autocast::clear_cache(); // its low-precision copies are those of the weights before the next step
}

} // namespace binaurium
