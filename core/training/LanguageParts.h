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

    // Draws until a question is asked: of those that contradict what was heard only a share is.
    template <typename Draw>
    [[nodiscard]] AskedQuestion drawn(double contradictedShare, RandomStream& random, const Draw& draw) const
    {
        constexpr int mostTries = 100; // a scene may have no other
        auto question = draw();
        for (int tries = 1; heard != nullptr && tries < mostTries && heard->contradict(*question.item) &&
                            !random.chance(contradictedShare);
             ++tries)
            question = draw();
        return question;
    }
    // Projector and LoRA under the names of their files.
    [[nodiscard]] nn::NamedTensors tensors() const;
    // Audio tokens of scenes of a cache, [scenes, N, hidden].
    [[nodiscard]] torch::Tensor audioTokens(const QuestionCache& cache, const std::vector<std::int64_t>& scenes) const;
};

} // namespace binaurium
