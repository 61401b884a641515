// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/CTranslate2File.h"

#include <torch/torch.h>

namespace binaurium::nn {

inline constexpr std::int64_t whisperRateHz = 16000;
inline constexpr std::int64_t whisperHeadDim = 64; // of every published Whisper

// A variable of a Whisper file as float32; its shape is checked. Throws BadInput.
[[nodiscard]] inline torch::Tensor whisperTensor(const CTranslate2File& file, const std::string& name,
                                                 const std::vector<std::int64_t>& shape)
{
    const auto values = file.floats(name, shape);
    return torch::from_blob(const_cast<float*>(values.data()), shape).clone();
}

} // namespace binaurium::nn
