// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/CompareReports.h"

#include "core/benchmark/report/Scoring.h"
#include "core/benchmark/statistics/PairedTests.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <sstream>

namespace binaurium {
namespace {

using Right = std::map<std::string, double>; // item id -> 1 or 0

Right rightOf(const StoredResults& run, const std::map<std::string, const Item*>& items, bool byText)
{
    Right right;
    Right failed; // wrong by a scorer that the run has
    for (const auto& line : run.lines) {
        const auto item = items.find(line.id);
        if (line.control != "none" || line.rotation != 0 || item == items.end())
            continue;
        const auto scored = scoreAnswer(*item->second, line);
        if (!line.error.empty())
            failed[line.id] = 0.0;
        else if (byText ? line.generated.has_value() : scored.chosen.has_value())
            right[line.id] = (byText ? scored.rightByText : scored.rightByLikelihood) ? 1.0 : 0.0;
    }
    if (!right.empty())
        right.merge(failed);
    return right;
}

struct Means
{
    std::vector<double> values; // by item, mean over the runs
    double spread = 0.0;        // standard deviation of the runs' scores
};

Means meansOf(const std::vector<Right>& runs, const std::vector<std::string>& ids)
{
    Means m;
    std::vector<double> totals(runs.size());
    for (const auto& id : ids) {
        double sum = 0.0;
        for (std::size_t r = 0; r < runs.size(); ++r) {
            sum += runs[r].at(id);
            totals[r] += runs[r].at(id) / static_cast<double>(ids.size());
        }
        m.values.push_back(sum / static_cast<double>(runs.size()));
    }
    if (runs.size() < 2)
        return m;
    double mean = 0.0;
    for (const double t : totals)
        mean += t / static_cast<double>(totals.size());
    double square = 0.0;
    for (const double t : totals)
        square += (t - mean) * (t - mean);
    m.spread = std::sqrt(square / static_cast<double>(totals.size() - 1));
    return m;
}

double meanOf(const std::vector<double>& values)
{
    double sum = 0.0;
    for (const double v : values)
        sum += v;
    return sum / static_cast<double>(values.size());
}

class Comparer
{
public:
    Comparer(const std::vector<Item>& items, const ComparedSystem& first, const ComparedSystem& second,
             const BootstrapOptions& options)
        : items_(items), first_(first), second_(second), options_(options)
    {
        std::map<std::string, std::size_t> clusters;
        for (const Item& item : items) {
            known_.emplace(item.id, &item);
            clusters_[item.id] = clusters.emplace(clusterOf(item), clusters.size()).first->second;
        }
    }

    void addRows(bool byText, std::vector<ComparisonRow>& rows) const
    {
        std::vector<Right> first, second;
        for (const auto& run : first_.runs)
            first.push_back(rightOf(run, known_, byText));
        for (const auto& run : second_.runs)
            second.push_back(rightOf(run, known_, byText));
        const auto everywhere = [&](const std::string& id) {
            const auto has = [&](const Right& run) { return run.contains(id); };
            return std::all_of(first.begin(), first.end(), has) && std::all_of(second.begin(), second.end(), has);
        };
        std::map<std::string, std::vector<std::string>> groups;
        for (const Item& item : items_) {
            if (!everywhere(item.id))
                continue;
            groups["all"].push_back(item.id);
            groups["level:" + item.level].push_back(item.id);
            groups["task:" + item.task].push_back(item.id);
        }
        std::vector<double> p;
        const auto begin = rows.size();
        for (const auto& [group, ids] : groups)
            if (const auto row = rowOf(group, ids, first, second, byText)) {
                rows.push_back(*row);
                p.push_back(row->difference.p);
            }
        const auto adjusted = holmAdjusted(p);
        for (std::size_t i = 0; i < adjusted.size(); ++i)
            rows[begin + i].pAdjusted = adjusted[i];
    }

private:
    std::optional<ComparisonRow> rowOf(const std::string& group, const std::vector<std::string>& ids,
                                       const std::vector<Right>& first, const std::vector<Right>& second,
                                       bool byText) const
    {
        std::vector<std::size_t> clusters;
        for (const auto& id : ids)
            clusters.push_back(clusters_.at(id));
        if (std::all_of(clusters.begin(), clusters.end(), [&](auto c) { return c == clusters[0]; }))
            return std::nullopt; // one scene allows no comparison
        const auto a = meansOf(first, ids);
        const auto b = meansOf(second, ids);
        ComparisonRow row;
        row.scorer = byText ? "text" : "likelihood";
        row.group = group;
        row.n = static_cast<int>(ids.size());
        row.first = meanOf(a.values);
        row.second = meanOf(b.values);
        row.difference = pairedBootstrap(a.values, b.values, clusters, options_);
        row.seedSpread = std::max(a.spread, b.spread);
        if (first.size() == 1 && second.size() == 1) {
            std::int64_t onlyFirst = 0;
            std::int64_t onlySecond = 0;
            for (std::size_t i = 0; i < ids.size(); ++i) {
                onlyFirst += a.values[i] > b.values[i] ? 1 : 0;
                onlySecond += a.values[i] < b.values[i] ? 1 : 0;
            }
            row.mcNemar = mcNemarExact(onlyFirst, onlySecond);
        }
        return row;
    }

    const std::vector<Item>& items_;
    const ComparedSystem& first_;
    const ComparedSystem& second_;
    const BootstrapOptions& options_;
    std::map<std::string, const Item*> known_;
    std::map<std::string, std::size_t> clusters_;
};

} // namespace

ComparedSystem readSystem(const std::string& folders)
{
    ComparedSystem system;
    std::istringstream in(folders);
    for (std::string folder; std::getline(in, folder, ',');)
        system.runs.push_back(readResults(std::filesystem::path(folder) / "results.jsonl"));
    if (system.runs.empty())
        throw Error(ErrorKind::Usage, "compare: give the folders of two reports");
    system.name = system.runs.front().key.model;
    if (system.runs.size() > 1)
        system.name += " (" + std::to_string(system.runs.size()) + " runs)";
    return system;
}

std::vector<ComparisonRow> compareSystems(const std::vector<Item>& items, const ComparedSystem& first,
                                          const ComparedSystem& second, const BootstrapOptions& options)
{
    const auto& data = first.runs.front().key.dataSha256;
    for (const auto* system : {&first, &second})
        for (const auto& run : system->runs)
            if (run.key.dataSha256 != data)
                throw badInput("compare", "the reports are about different data (" + data.substr(0, 12) + " and " +
                                              run.key.dataSha256.substr(0, 12) + ")");
    std::vector<ComparisonRow> rows;
    const Comparer comparer(items, first, second, options);
    comparer.addRows(false, rows);
    comparer.addRows(true, rows);
    if (rows.empty())
        throw badInput("compare", "the reports have no items in common that can be compared");
    return rows;
}

Json comparisonToJson(const std::vector<ComparisonRow>& rows, const ComparedSystem& first, const ComparedSystem& second)
{
    Json json = {{"format", "binaurium-comparison"}, {"version", 1}, {"first", first.name}, {"second", second.name}};
    json["rows"] = Json::array();
    for (const auto& r : rows)
        json["rows"].push_back({{"scorer", r.scorer},
                                {"group", r.group},
                                {"n", r.n},
                                {"first", r.first},
                                {"second", r.second},
                                {"difference", r.difference.difference},
                                {"interval", {r.difference.interval.low, r.difference.interval.high}},
                                {"p", r.difference.p},
                                {"p_holm", r.pAdjusted},
                                {"mcnemar_p", r.mcNemar ? Json(*r.mcNemar) : Json(nullptr)},
                                {"seed_spread", r.seedSpread}});
    return json;
}

std::string comparisonToMarkdown(const std::vector<ComparisonRow>& rows, const ComparedSystem& first,
                                 const ComparedSystem& second)
{
    std::string text = "First: ";
    text.append(first.name).append(". Second: ").append(second.name);
    text += ". Paired bootstrap over scenes, 95 %; bold where the interval excludes 0. p: Holm over the groups of a "
            "scorer; McNemar: exact, not adjusted, of single runs; spread: standard deviation of the scores of several "
            "runs, the larger one.\n\n"
            "| scorer | group | n | first | second | difference | 95 % | p (Holm) | McNemar | spread "
            "|\n|---|---|---|---|---|---|---|---|---|---|\n";
    char line[512];
    for (const auto& r : rows) {
        const auto& d = r.difference;
        const char* mark = d.isClear() ? "**" : "";
        std::snprintf(line, sizeof line, "| %s | %s | %d | %.1f %% | %.1f %% | %s%+.1f%s | %+.1f to %+.1f | %.3f | ",
                      r.scorer.c_str(), r.group.c_str(), r.n, 100 * r.first, 100 * r.second, mark, 100 * d.difference,
                      mark, 100 * d.interval.low, 100 * d.interval.high, r.pAdjusted);
        text += line;
        std::snprintf(line, sizeof line, "%.3f | - |\n", r.mcNemar.value_or(0.0));
        if (!r.mcNemar)
            std::snprintf(line, sizeof line, "- | %.1f |\n", 100 * r.seedSpread);
        text += line;
    }
    return text;
}

} // namespace binaurium
