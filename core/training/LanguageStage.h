// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/BpeTokenizer.h"
#include "core/model/nn/HybridProjector.h"
#include "core/model/nn/LanguageModel.h"
#include "core/training/QuestionCache.h"
#include "core/training/run/RunFolder.h"
#include "core/training/run/TrainOptions.h"

namespace binaurium {

// What alignment and SFT train on and with.
struct LanguageParts
{
    const BpeTokenizer* tokenizer = nullptr;
    nn::LanguageModel* model = nullptr; // with its LoRA attached
    nn::HybridProjector projector{nullptr};
    const QuestionCache* train = nullptr;
    const QuestionCache* validation = nullptr;
};

// Right answers by likelihood over the options, per task and in all.
struct QuestionScore
{
    std::map<std::string, std::pair<int, int>> tasks; // task -> (right, asked)
    [[nodiscard]] double accuracy() const;
};
[[nodiscard]] Json toJson(const QuestionScore& score);
[[nodiscard]] QuestionScore scoreQuestions(const LanguageParts& parts, const QuestionCache& questions, int limit);

// Pulls the audio tokens towards the words of what sounds and where (cross entropy of their direction against the
// frozen word embeddings, no language model involved): a cheap start from which alignment learns in minutes instead of
// hours.
void warmUpProjector(LanguageParts& parts, const LanguageStageOptions& stage, std::uint64_t seed, RunFolder& run,
                     const ProgressCallback& progress);

// One stage through the language model: completion-only cross entropy with the token count of the whole batch. `name`
// is "alignment" (projector) or "sft" (projector and LoRA). Continues from its checkpoint.
void runLanguageStage(const std::string& name, LanguageParts& parts, const LanguageStageOptions& stage,
                      const TrainOptions& options, RunFolder& run, const ProgressCallback& progress);

} // namespace binaurium
