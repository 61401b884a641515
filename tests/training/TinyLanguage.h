// SPDX-License-Identifier: GPL-3.0-or-later
// A task small enough for the tests of the language stages: the answer is written in two spatial features, and a random
// model of two layers with the real tokenizer has to learn to say it.
#pragma once

#include "core/training/LanguageParts.h"
#include "tests/TestFiles.h"
#include "tests/training/TinyModel.h"

namespace binaurium::test {

inline QuestionCache tinyQuestions(std::int64_t scenes, std::uint64_t seed)
{
    const char* const directions[] = {"left", "right", "front", "behind"};
    const char* const levels[] = {"L1", "L2", "L3"};
    torch::manual_seed(seed);
    auto semantic = torch::randn({scenes, 3, 8});
    auto spatial = 0.1 * torch::randn({scenes, 3, 8});
    std::vector<std::vector<Item>> questions;
    for (std::int64_t i = 0; i < scenes; ++i) {
        const auto place = i % 4;
        spatial[i].slice(1, place, place + 1).add_(2.0);
        Item item;
        item.id = "tiny-" + std::to_string(i);
        item.level = levels[i % 3];
        item.task = "direction";
        item.templateId = "direction" + std::to_string(i % 3) + "-1";
        item.question = "Where is it?";
        item.options = {"left", "right", "front", "behind"};
        item.answer = directions[place];
        item.evidence = "It is heard.";
        item.program = {{"op", "quadrant"}, {"of", {{"op", "select"}, {"label", "dog"}}}};
        questions.push_back({item});
    }
    return {semantic.to(torch::kHalf), spatial.to(torch::kHalf), questions};
}

// Everything that a stage needs, made anew from the same seed.
struct TinyLanguage
{
    explicit TinyLanguage(const BpeTokenizer& tokenizer)
        : train(tinyQuestions(48, 1)), validation(tinyQuestions(24, 2)), trainIndex(train), validationIndex(validation),
          model(tinyModel(49152))
    {
        const auto c = model.config();
        model.attach(std::make_shared<nn::Lora>(c, nn::LoraOptions{4, 8.0, "query_value"}, 1));
        nn::ProjectorConfig shape;
        shape.semantic = 8;
        shape.spatial = 8;
        shape.expert = 16;
        shape.bottleneck = 16;
        shape.output = c.hidden;
        torch::manual_seed(4);
        parts = {&tokenizer, &model, nn::HybridProjector(shape, model.embeddingNorm()), &trainIndex, &validationIndex};
    }
    TinyLanguage(const TinyLanguage&) = delete;
    TinyLanguage& operator=(const TinyLanguage&) = delete;

    QuestionCache train, validation;
    QuestionIndex trainIndex, validationIndex;
    nn::LanguageModel model;
    LanguageParts parts;
};

// The real tokenizer; nullptr where the base weights are not on this computer.
inline std::unique_ptr<BpeTokenizer> tokenizer()
{
    const auto file = test::weightFile("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
    return file.empty() ? nullptr : std::make_unique<BpeTokenizer>(GgufFile(file));
}

// Relative to the largest value of all.
inline double largestDifference(const nn::NamedTensors& a, const nn::NamedTensors& b)
{
    double largest = 0.0;
    double scale = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, (a[i].second - b[i].second).abs().max().item<double>());
        scale = std::max(scale, b[i].second.abs().max().item<double>());
    }
    return largest / scale;
}

} // namespace binaurium::test
