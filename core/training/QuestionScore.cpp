// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/QuestionScore.h"

#include "core/dataset/Answers.h"
#include "core/model/nn/Continuations.h"
#include "core/model/nn/Prompt.h"

namespace binaurium {
namespace {

constexpr std::size_t questionsAtOnce = 16;

void scoreSome(const LanguageParts& parts, const QuestionCache& cache, std::span<const AskedQuestion> questions,
               QuestionScore& score)
{
    std::vector<std::int64_t> scenes;
    for (const auto& question : questions)
        scenes.push_back(question.scene);
    const auto audio = parts.audioTokens(cache, scenes);
    std::vector<torch::Tensor> prompts;
    std::vector<std::vector<int>> ids;
    std::vector<std::int64_t> prompt;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const Item& item = *questions[i].item;
        const auto text = nn::makePrompt(*parts.tokenizer, questionText(item.question, item.options));
        const auto row = static_cast<std::int64_t>(i);
        prompts.push_back(nn::promptEmbeddings(*parts.model, text, audio[row])[0]);
        for (const auto& option : item.options) {
            ids.push_back(parts.tokenizer->encode(option));
            ids.back().push_back(nn::endTokens(*parts.tokenizer).front());
            prompt.push_back(row);
        }
    }
    const auto texts = nn::continuations(ids, prompt, parts.model->device());
    const auto logProbs = nn::continuationLogProbs(*parts.model, nn::promptBatch(prompts), texts).sum(1).cpu();
    std::size_t next = 0;
    for (const auto& question : questions) {
        const Item& item = *question.item;
        std::vector<double> scores;
        for (std::size_t o = 0; o < item.options.size(); ++o, ++next)
            scores.push_back(logProbs[static_cast<std::int64_t>(next)].item<double>() /
                             static_cast<double>(ids[next].size()));
        for (auto* count : {&score.tasks[item.task], &score.levels[item.level]}) {
            count->right += item.options[bestOption(scores)] == item.answer ? 1 : 0;
            ++count->asked;
        }
    }
}

} // namespace

double QuestionScore::accuracy() const
{
    Count all;
    for (const auto& [ignored, count] : levels) {
        all.right += count.right;
        all.asked += count.asked;
    }
    return all.accuracy();
}

Json toJson(const QuestionScore& score)
{
    Json json;
    json["accuracy"] = score.accuracy();
    for (const auto& [level, count] : score.levels)
        json[level] = count.accuracy();
    for (const auto& [task, count] : score.tasks)
        json["tasks"][task] = {{"accuracy", count.accuracy()}, {"asked", count.asked}};
    return json;
}

QuestionScore scoreQuestions(const LanguageParts& parts, const QuestionCache& cache,
                             const std::vector<AskedQuestion>& questions)
{
    const torch::NoGradGuard guard;
    parts.projector.ptr()->eval();
    QuestionScore score;
    const std::span<const AskedQuestion> all(questions);
    for (std::size_t start = 0; start < all.size(); start += questionsAtOnce)
        scoreSome(parts, cache, all.subspan(start, std::min(questionsAtOnce, all.size() - start)), score);
    return score;
}

} // namespace binaurium
