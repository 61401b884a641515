// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/LanguageParts.h"

namespace binaurium {

nn::NamedTensors LanguageParts::tensors() const
{
    auto tensors = nn::moduleTensors(*projector, "projector.");
    const auto lora = model->lora()->tensors();
    tensors.insert(tensors.end(), lora.begin(), lora.end());
    return tensors;
}

torch::Tensor LanguageParts::audioTokens(const QuestionCache& cache, const std::vector<std::int64_t>& scenes) const
{
    const auto index = torch::tensor(scenes);
    const auto there = [&](const torch::Tensor& features) {
        return features.index_select(0, index).to(model->device(), torch::kFloat);
    };
    return projector.ptr()->forward(there(cache.semantic()), there(cache.spatial()));
}

} // namespace binaurium
