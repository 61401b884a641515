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

QuestionIndex::QuestionIndex(const QuestionCache& cache) : cache_(cache)
{
    std::map<std::string, std::map<std::string, std::vector<AskedQuestion>>> sorted;
    for (const auto scene : cache.asked())
        for (const Item& item : cache.questions(scene))
            sorted[kindOf(item)][item.answer].push_back({scene, &item, 0});
    for (auto& [name, answers] : sorted) {
        Kind kind;
        for (auto& [answer, questions] : answers) {
            for (auto& question : questions)
                question.kind = kinds_.size();
            kind.answers.push_back(answer);
            kind.byAnswer.push_back(std::move(questions));
        }
        const Item& first = *kind.byAnswer.front().front().item;
        kind.level = levelOf(first);
        kind.hasOptions = !first.options.empty();
        kinds_.push_back(name);
        questions_.push_back(std::move(kind));
    }
    if (kinds_.empty())
        throw badInput("questions", "none of the sampled scenes can be asked about");
}

AskedQuestion QuestionIndex::draw(RandomStream& random, const std::array<double, 3>& levels, bool choicesOnly,
                                  const std::vector<double>& weights) const
{
    const auto usable = [&](std::size_t k) { return questions_[k].hasOptions || !choicesOnly; };
    std::vector<double> levelWeights(levels.size());
    for (std::size_t k = 0; k < questions_.size(); ++k)
        if (usable(k))
            levelWeights[questions_[k].level] = levels[questions_[k].level];
    const auto level = drawnBy(levelWeights, random);
    std::vector<double> kindWeights(questions_.size());
    for (std::size_t k = 0; k < questions_.size(); ++k)
        if (questions_[k].level == level && usable(k))
            kindWeights[k] = weights.empty() ? 1.0 : weights[k];
    const Kind& kind = questions_[drawnBy(kindWeights, random)];
    const auto& list = kind.byAnswer[random.below(kind.byAnswer.size())];
    return list[random.below(list.size())];
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
