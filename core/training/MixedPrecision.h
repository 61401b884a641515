// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/TrainOptions.h"

namespace binaurium {

// How a forward pass multiplies. Weights, losses and optimiser states stay float32 in either case.
enum class Precision { Float32, Bfloat16 };

// Bfloat16 where this processor multiplies it in hardware (AVX512-BF16 or AMX), float32 elsewhere.
[[nodiscard]] Precision fastestPrecision();
// What TrainOptions::precision means on this machine.
[[nodiscard]] Precision precisionOf(const TrainOptions& options);

// While it lives, convolutions and matrix products of this thread run in the given precision (autocast). Not nested.
class PrecisionScope
{
public:
    explicit PrecisionScope(Precision precision);
    ~PrecisionScope();
    PrecisionScope(const PrecisionScope&) = delete;
    PrecisionScope& operator=(const PrecisionScope&) = delete;
};

} // namespace binaurium
