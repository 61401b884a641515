// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/LanguageBatch.h"

#include "core/dataset/Answers.h"
#include "core/dataset/Description.h"
#include "core/dataset/EvidenceCheck.h"

namespace binaurium {
namespace {

std::array<double, 3> levelsAt(const LanguageStageOptions& stage, double progress)
{
    std::array<double, 3> levels{};
    for (std::size_t i = 0; i < levels.size(); ++i)
        levels[i] = (1.0 - progress) * stage.levelsAtStart[i] + progress * stage.levelsAtEnd[i];
    return levels;
}

LanguageExample exampleOf(const LanguageParts& parts, std::int64_t scene, const std::string& asked,
                          const std::string& answer)
{
    return {scene, nn::makePrompt(*parts.tokenizer, asked), nn::answerTokens(*parts.tokenizer, answer)};
}

LanguageExample example(const LanguageParts& parts, const LanguageStageOptions& stage, const AskedQuestion& question,
                        RandomStream& random)
{
    const Item& item = *question.item;
    auto options = item.options;
    random.shuffle(std::span(options));
    auto answer = item.answer;
    if (options.size() > 1 && random.chance(stage.corruptShare))
        while (answer == item.answer)
            answer = options[random.below(options.size())];
    const bool saysEvidence = !item.evidence.empty() && random.chance(stage.evidenceShare);
    const bool yesOrNo = options.size() == 2; // without options it would be another question
    if (!yesOrNo && random.chance(stage.freeAnswerShare))
        options.clear();
    auto asked = item.question;
    const auto& inView = parts.train->cache().words(question.scene).inView;
    if (stage.inViewShare > 0.0 && !inView.empty() && item.task != "unseen" && random.chance(stage.inViewShare))
        asked = inView + ' ' + asked;
    return exampleOf(parts, question.scene, questionText(asked, options, saysEvidence),
                     saysEvidence ? joinEvidence(item.evidence, answer) : answer);
}

LanguageExample description(const LanguageParts& parts, RandomStream& random)
{
    const auto& cache = parts.train->cache();
    const auto scene = cache.asked()[random.below(cache.asked().size())];
    const auto& wordings = describeWordings();
    return exampleOf(parts, scene, questionText(wordings[random.below(wordings.size())], {}),
                     cache.words(scene).description);
}

} // namespace

// A share of nothing draws nothing: runs without it go on as they were.
std::vector<LanguageExample> drawExamples(const LanguageParts& parts, const LanguageStageOptions& stage,
                                          double progress, RandomStream& random)
{
    std::vector<LanguageExample> examples;
    for (int i = 0; i < stage.optimiser.batch; ++i)
        examples.push_back(stage.describeShare > 0.0 && random.chance(stage.describeShare)
                               ? description(parts, random)
                               : example(parts, stage, parts.train->draw(random, levelsAt(stage, progress)), random));
    return examples;
}

LanguageBatch makeLanguageBatch(const LanguageParts& parts, std::span<const LanguageExample> examples)
{
    std::vector<std::int64_t> scenes;
    for (const auto& e : examples)
        scenes.push_back(e.scene);
    const auto audio = parts.audioTokens(parts.train->cache(), scenes);
    std::vector<torch::Tensor> rows;
    std::vector<std::int64_t> lengths;
    std::vector<std::int64_t> position, label;
    std::int64_t end = 0; // of the sequences so far
    for (std::size_t i = 0; i < examples.size(); ++i) {
        const auto& answer = examples[i].answer;
        const std::vector<int> fed(answer.begin(), answer.end() - 1); // the end token is only ever predicted
        auto row = nn::promptEmbeddings(*parts.model, examples[i].prompt, audio[static_cast<std::int64_t>(i)])[0];
        if (!fed.empty())
            row = torch::cat({row, parts.model->embed(fed)[0]});
        rows.push_back(row);
        lengths.push_back(row.size(0));
        end += row.size(0);
        for (std::size_t k = 0; k < answer.size(); ++k) {
            position.push_back(end - static_cast<std::int64_t>(answer.size() - k));
            label.push_back(answer[k]);
        }
    }
    return {torch::cat(rows).unsqueeze(0), nn::Packing(lengths), torch::tensor(position), torch::tensor(label)};
}

} // namespace binaurium
