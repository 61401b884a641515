// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/BpeTokenizer.h"
#include "core/model/nn/HybridProjector.h"
#include "core/model/nn/LanguageModel.h"
#include "core/training/HeardQuestions.h"
#include "core/training/QuestionIndex.h"
#include "core/training/Ranks.h"

namespace binaurium {

// What the stages of the language model train on and with.
struct LanguageParts
{
    const BpeTokenizer* tokenizer = nullptr;
    nn::LanguageModel* model = nullptr; // with its LoRA attached
    nn::HybridProjector projector{nullptr};
    const QuestionIndex* train = nullptr;
    const QuestionIndex* validation = nullptr;
    const HeardQuestions* heard = nullptr;                    // of `train`; where none, every question is asked
    std::shared_ptr<Ranks> ranks = std::make_shared<Ranks>(); // that share the work of every step

    // Projector and LoRA under the names of their files.
    [[nodiscard]] nn::NamedTensors tensors() const;
    // Audio tokens of scenes of a cache, [scenes, N, hidden].
    [[nodiscard]] torch::Tensor audioTokens(const QuestionCache& cache, const std::vector<std::int64_t>& scenes) const;
};

} // namespace binaurium
