// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/SpatialEncoder.h"
#include "core/support/Progress.h"
#include "core/training/ClipCache.h"
#include "core/training/run/RunFolder.h"
#include "core/training/run/TrainOptions.h"

namespace binaurium {

// Trains the encoder on the clips of several caches and leaves checkpoints/encoder.safetensors in the run; continues
// from it when it is there. Stop is checked after every step and writes a checkpoint first.
void runEncoderStage(nn::SpatialEncoder& encoder, const TrainOptions& options, std::span<const ClipCache> train,
                     const ClipCache& validation, RunFolder& run, const ProgressCallback& progress);

} // namespace binaurium
