// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/MixedPrecision.h"

#include "core/model/nn/Precision.h"

#include <ATen/autocast_mode.h>

namespace binaurium {

Precision fastestPrecision()
{
    return nn::hasFastBfloat16() ? Precision::Bfloat16 : Precision::Float32;
}

Precision precisionOf(const TrainOptions& options)
{
    if (options.precision == "auto")
        return fastestPrecision();
    return options.precision == "bfloat16" ? Precision::Bfloat16 : Precision::Float32;
}

PrecisionScope::PrecisionScope(Precision precision)
{
    at::autocast::increment_nesting();
    at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
    at::autocast::set_autocast_enabled(at::kCPU, precision == Precision::Bfloat16);
}

PrecisionScope::~PrecisionScope()
{
    at::autocast::set_autocast_enabled(at::kCPU, false);
    at::autocast::decrement_nesting();
    at::autocast::clear_cache(); // its low-precision copies are those of the weights before the next step
}

} // namespace binaurium
