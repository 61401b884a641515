// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/Baselines.h"

#include "core/benchmark/report/Scoring.h"
#include "core/dataset/BlindAnswerer.h"
#include "core/dataset/OpenAnswers.h"
#include "core/support/Random.h"

#include <algorithm>
#include <map>

namespace binaurium {
namespace {

constexpr std::size_t folds = 5;
constexpr int epochs = 3; // as the audit of data sets trains it

// The number in the middle, or the most frequent text; ties go to the first in the alphabet.
std::string typicalAnswer(std::vector<std::string> answers)
{
    std::vector<std::pair<double, std::string>> lengths;
    for (const auto& answer : answers)
        if (const auto metres = parseMetres(answer))
            lengths.emplace_back(*metres, answer);
    if (lengths.size() == answers.size()) {
        std::sort(lengths.begin(), lengths.end());
        return lengths[lengths.size() / 2].second;
    }
    std::map<std::string, int> counts;
    for (const auto& answer : answers)
        ++counts[answer];
    return std::max_element(counts.begin(), counts.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

} // namespace

std::vector<double> chanceScores(const std::vector<Item>& items)
{
    std::vector<double> scores;
    for (const Item& item : items)
        scores.push_back(item.options.empty() ? 0.0 : 1.0 / static_cast<double>(item.options.size()));
    return scores;
}

std::vector<double> majorityScores(const std::vector<Item>& items)
{
    std::map<std::string, std::map<std::string, int>> counts; // task -> answer -> times right
    std::map<std::string, std::vector<std::string>> open;     // template -> answers without options
    for (const Item& item : items) {
        if (item.options.empty())
            open[item.templateId].push_back(item.answer);
        else
            ++counts[item.task][item.answer];
    }
    std::map<std::string, std::string> typical;
    for (auto& [name, answers] : open)
        typical[name] = typicalAnswer(answers);
    std::vector<double> scores;
    for (const Item& item : items) {
        if (item.options.empty()) {
            scores.push_back(scoreOpenAnswer(typical[item.templateId], item.answer).right ? 1.0 : 0.0);
            continue;
        }
        auto& known = counts[item.task];
        const auto best = std::max_element(item.options.begin(), item.options.end(),
                                           [&](const auto& a, const auto& b) { return known[a] < known[b]; });
        scores.push_back(*best == item.answer ? 1.0 : 0.0);
    }
    return scores;
}

std::vector<double> blindScores(const std::vector<Item>& items)
{
    std::vector<std::size_t> foldOf;
    for (const Item& item : items)
        foldOf.push_back(hash64(clusterOf(item)) % folds);
    std::vector<double> scores(items.size());
    for (std::size_t fold = 0; fold < folds; ++fold) {
        BlindAnswerer blind;
        for (int epoch = 0; epoch < epochs; ++epoch)
            for (std::size_t i = 0; i < items.size(); ++i)
                if (foldOf[i] != fold)
                    blind.learn(items[i]);
        for (std::size_t i = 0; i < items.size(); ++i)
            if (foldOf[i] == fold && !items[i].options.empty())
                scores[i] = items[i].options[blind.answer(items[i])] == items[i].answer ? 1.0 : 0.0;
    }
    return scores;
}

} // namespace binaurium
