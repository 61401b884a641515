// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/Predictions.h"

#include "core/support/Error.h"
#include "core/support/LineFile.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace binaurium {
namespace {

ResultLine predictionFrom(const JsonObject& o)
{
    ResultLine line;
    line.id = o.has("id") ? o.string("id") : o.string("sample_id");
    line.control = o.string("control", "none");
    line.rotation = static_cast<int>(o.integer("rotation", 0, 7, 0));
    for (const char* key : {"answer", "generated"})
        if (o.has(key))
            line.generated = o.raw(key).is_null() ? std::string() : o.string(key);
    if (o.has("scores"))
        line.scores = o.numbers("scores", 0, lowestScore, -lowestScore, 8);
    // Any scale is taken: what is kept is at most 0, as logarithms of probabilities are.
    if (!line.scores.empty())
        if (const double top = *std::max_element(line.scores.begin(), line.scores.end()); top > 0.0)
            for (double& score : line.scores)
                score = std::max(lowestScore, score - top);
    if (!line.generated && line.scores.empty())
        o.fail("answer", "is missing, and there are no scores either");
    return line;
}

} // namespace

std::vector<ResultLine> readPredictions(const std::filesystem::path& file, const std::vector<Item>& items)
{
    std::map<std::string, const Item*> known;
    for (const Item& item : items)
        known.emplace(item.id, &item);
    if (!std::filesystem::exists(file))
        throw missing("there is no file " + file.string(), "check the name of --predictions");
    std::map<std::tuple<std::string, std::string, int>, ResultLine> answers;
    for (LineFile lines(file); lines.next();) {
        const auto place = lines.place();
        const Json json = parseJson(lines.line(), place);
        auto line = predictionFrom(JsonObject(json, place));
        const auto item = known.find(line.id);
        if (item == known.end())
            throw badInput(place, "answers the item '" + line.id + "', which the data do not hold");
        if (!line.scores.empty() && line.scores.size() != item->second->options.size())
            throw badInput(place, "has " + std::to_string(line.scores.size()) + " scores for " +
                                      std::to_string(item->second->options.size()) + " options");
        const auto key = std::make_tuple(line.id, line.control, line.rotation);
        if (!answers.emplace(key, std::move(line)).second)
            throw badInput(place, "answers the item '" + std::get<0>(key) + "' a second time");
    }
    std::vector<ResultLine> lines;
    for (const Item& item : items) {
        const auto found = answers.find({item.id, "none", 0});
        if (found == answers.end())
            lines.push_back({item.id, "none", 0, {}, {}, false, "no prediction"});
        else
            lines.push_back(std::move(found->second));
    }
    for (auto& [key, line] : answers)
        if (std::get<1>(key) != "none" || std::get<2>(key) != 0)
            lines.push_back(std::move(line));
    return lines;
}

} // namespace binaurium
