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
    // "Left or right?" without its options would be another question; "is there a dog?" is the same.
    const bool isNarrowed = options.size() == 2 && item.answer != "yes" && item.answer != "no";
    if (!isNarrowed && random.chance(stage.freeAnswerShare))
        options.clear();
    auto asked = item.question;
    const auto& inView = parts.train->cache().words(question.scene).inView;
    if (stage.inViewShare > 0.0 && !inView.empty() && item.task != "unseen" && random.chance(stage.inViewShare))
        asked = inView + ' ' + asked;
    auto made = exampleOf(parts, question.scene, questionText(asked, options, saysEvidence),
                          saysEvidence ? joinEvidence(item.evidence, answer) : answer);
    if (!saysEvidence && options.size() > 1 && answer == item.answer) {
        made.kind = question.kind;
        made.chance = 1.0 / static_cast<double>(options.size());
    }
    return made;
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
                                          double progress, RandomStream& random, const std::vector<double>& weights)
{
    const auto levels = levelsAt(stage, progress);
    const auto batch = static_cast<std::size_t>(stage.optimiser.batch);
    std::vector<LanguageExample> examples;
    while (examples.size() < batch) {
        if (stage.describeShare > 0.0 && random.chance(stage.describeShare)) {
            examples.push_back(description(parts, random));
            continue;
        }
        const auto first = parts.drawn(stage.contradictedShare, random,
                                       [&] { return parts.train->draw(random, levels, false, weights); });
        examples.push_back(example(parts, stage, first, random));
        const auto another = [&] { return parts.train->drawAbout(first.scene, random, levels, weights); };
        for (int k = 1; k < stage.questionsPerScene && examples.size() < batch; ++k)
            examples.push_back(example(parts, stage, parts.drawn(stage.contradictedShare, random, another), random));
    }
    return examples;
}

LanguageBatch makeLanguageBatch(const LanguageParts& parts, std::span<const LanguageExample> examples)
{
    const auto startsAnew = [&](std::size_t i) { return i == 0 || examples[i].scene != examples[i - 1].scene; };
    std::vector<std::int64_t> scenes; // one per group
    for (std::size_t i = 0; i < examples.size(); ++i)
        if (startsAnew(i))
            scenes.push_back(examples[i].scene);
    const auto audio = parts.audioTokens(parts.train->cache(), scenes);
    std::vector<torch::Tensor> pieces;
    std::vector<nn::Packing::Group> groups;
    std::vector<std::int64_t> position, label;
    std::int64_t end = 0; // of the pieces so far
    const auto append = [&](const torch::Tensor& piece) {
        pieces.push_back(piece);
        end += piece.size(0);
        return piece.size(0);
    };
    for (std::size_t i = 0; i < examples.size(); ++i) {
        const auto& prompt = examples[i].prompt;
        const auto& answer = examples[i].answer;
        if (startsAnew(i)) { // what stands before the question is the same for every question about a scene
            auto shared = append(parts.model->embed(prompt.before)[0]);
            shared += append(audio[static_cast<std::int64_t>(groups.size())]);
            groups.push_back({shared, {}});
        }
        auto own = prompt.after;
        own.insert(own.end(), answer.begin(), answer.end() - 1); // the end token is only ever predicted
        groups.back().lengths.push_back(append(parts.model->embed(own)[0]));
        for (std::size_t k = 0; k < answer.size(); ++k) {
            position.push_back(end - static_cast<std::int64_t>(answer.size() - k));
            label.push_back(answer[k]);
        }
    }
    const auto device = parts.model->device();
    return {torch::cat(pieces).unsqueeze(0), nn::Packing(groups), torch::tensor(position).to(device),
            torch::tensor(label).to(device)};
}

} // namespace binaurium
