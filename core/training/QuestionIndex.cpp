// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/QuestionIndex.h"

#include "core/support/Error.h"

#include <algorithm>
#include <map>
#include <set>

namespace binaurium {
namespace {

std::size_t levelOf(const Item& item)
{
    return item.level == "L1" ? 0 : item.level == "L2" ? 1 : 2;
}

// "direction-6" -> "direction": the template without the number of its wording.
std::string kindOf(const Item& item)
{
    return item.templateId.substr(0, item.templateId.rfind('-'));
}

// Index drawn by weights; the last with a weight where rounding leaves a rest.
std::size_t drawnBy(const std::vector<double>& weights, RandomStream& random)
{
    double sum = 0.0;
    for (const double w : weights)
        sum += w;
    double target = random.uniform() * sum;
    std::size_t chosen = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] <= 0.0)
            continue;
        chosen = i;
        if (target < weights[i])
            break;
        target -= weights[i];
    }
    return chosen;
}

} // namespace

std::vector<QuestionIndex::Kind> QuestionIndex::sorted(const QuestionCache& cache, std::span<const std::int64_t> scenes)
{
    std::map<std::string, std::map<std::string, std::vector<AskedQuestion>>> byName;
    for (const auto scene : scenes)
        for (const Item& item : cache.questions(scene))
            byName[kindOf(item)][item.answer].push_back({scene, &item, 0});
    std::vector<Kind> kinds;
    for (auto& [name, answers] : byName) {
        Kind kind;
        kind.name = name;
        for (auto& [answer, questions] : answers) {
            for (auto& question : questions)
                question.kind = kinds.size();
            kind.byAnswer.push_back(std::move(questions));
        }
        const Item& first = *kind.byAnswer.front().front().item;
        kind.level = levelOf(first);
        kind.hasOptions = !first.options.empty();
        kinds.push_back(std::move(kind));
    }
    return kinds;
}

QuestionIndex::QuestionIndex(const QuestionCache& cache) : cache_(cache), questions_(sorted(cache, cache.asked()))
{
    for (const Kind& kind : questions_)
        kinds_.push_back(kind.name);
    if (kinds_.empty())
        throw badInput("questions", "none of the sampled scenes can be asked about");
}

const QuestionIndex::Kind& QuestionIndex::drawKind(const std::vector<Kind>& kinds, RandomStream& random,
                                                   const std::array<double, 3>& levels, bool choicesOnly,
                                                   const std::vector<double>& weights)
{
    const auto usable = [&](const Kind& kind) { return kind.hasOptions || !choicesOnly; };
    std::vector<double> levelWeights(levels.size());
    for (const Kind& kind : kinds)
        if (usable(kind))
            levelWeights[kind.level] = levels[kind.level];
    const auto level = drawnBy(levelWeights, random);
    std::vector<double> kindWeights(kinds.size());
    for (std::size_t k = 0; k < kinds.size(); ++k)
        if (kinds[k].level == level && usable(kinds[k]))
            kindWeights[k] = weights.empty() ? 1.0 : weights[k];
    return kinds[drawnBy(kindWeights, random)];
}

AskedQuestion QuestionIndex::draw(RandomStream& random, const std::array<double, 3>& levels, bool choicesOnly,
                                  const std::vector<double>& weights) const
{
    const Kind& kind = drawKind(questions_, random, levels, choicesOnly, weights);
    const auto& list = kind.byAnswer[random.below(kind.byAnswer.size())];
    return list[random.below(list.size())];
}

AskedQuestion QuestionIndex::drawAbout(std::int64_t scene, RandomStream& random, const std::array<double, 3>& levels,
                                       const std::vector<double>& weights) const
{
    const auto here = sorted(cache_, std::span(&scene, 1));
    const auto indexOf = [&](const Kind& kind) {
        return static_cast<std::size_t>(std::ranges::lower_bound(kinds_, kind.name) - kinds_.begin());
    };
    std::vector<double> weightsHere;
    if (!weights.empty())
        for (const Kind& kind : here)
            weightsHere.push_back(weights[indexOf(kind)]);
    const Kind& kind = drawKind(here, random, levels, false, weightsHere);
    const auto index = indexOf(kind);
    // A scene answers "cannot be told" to most of what may not be told: an answer counts as much as it is rare
    // elsewhere.
    std::vector<double> rarity;
    for (const auto& list : kind.byAnswer)
        rarity.push_back(static_cast<double>(list.size()) /
                         static_cast<double>(questions_[index].withAnswer(list.front().item->answer).size()));
    const auto& list = kind.byAnswer[drawnBy(rarity, random)];
    auto question = list[random.below(list.size())];
    question.kind = index;
    return question;
}

const std::vector<AskedQuestion>& QuestionIndex::Kind::withAnswer(const std::string& answer) const
{
    return *std::ranges::find_if(byAnswer, [&](const auto& list) { return list.front().item->answer == answer; });
}

std::vector<AskedQuestion> QuestionIndex::sample(std::size_t count, std::uint64_t seed) const
{
    RandomStream random(seed, "question sample");
    std::vector<AskedQuestion> list;
    std::set<const Item*> seen;
    for (std::size_t tries = 0; list.size() < count && tries < 20 * count; ++tries) {
        const auto question = draw(random, {1.0, 1.0, 1.0}, true);
        if (seen.insert(question.item).second)
            list.push_back(question);
    }
    return list;
}

} // namespace binaurium
