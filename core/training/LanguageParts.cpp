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
    return projector.ptr()->forward(cache.semantic().index_select(0, index).to(torch::kFloat),
                                    cache.spatial().index_select(0, index).to(torch::kFloat));
}

} // namespace binaurium
