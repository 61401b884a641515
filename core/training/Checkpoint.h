// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/TensorFile.h"
#include "core/training/Schedule.h"

#include <optional>

namespace binaurium {

// State of one stage in one safetensors file: trained tensors, optimiser, step, best validation value. Random choices
// need no state: they are named by (seed, stream, step).
struct StageState
{
    int step = 0;
    double best = 0.0;
    bool finished = false;
};

void saveCheckpoint(const std::filesystem::path& path, const std::string& stage, const nn::NamedTensors& tensors,
                    const AdamW& optimiser, const StageState& state);

// Restores into the given tensors and optimiser; nothing when there is no checkpoint. Throws BadInput when it belongs
// to another stage or model.
[[nodiscard]] std::optional<StageState> loadCheckpoint(const std::filesystem::path& path, const std::string& stage,
                                                       const nn::NamedTensors& tensors, AdamW& optimiser);

} // namespace binaurium
