// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/Failures.h"

#include "core/benchmark/report/ReportFolder.h"
#include "core/benchmark/report/ReportTables.h"
#include "core/dataset/DatasetFolder.h"
#include "core/support/AtomicFile.h"

#include <algorithm>
#include <cstdio>

namespace binaurium {
namespace {

constexpr double clearP = 0.05;
constexpr double manyReversals = 0.05; // more than this share of a group is named
constexpr int fewestReversalCases = 20;

std::string percent(double share)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", 100.0 * share);
    return text;
}

std::string wordsOf(const std::string& group)
{
    const auto mark = group.find(':');
    return mark == std::string::npos ? group : group.substr(mark + 1);
}

// "- TITLE: a, b, c" or "- TITLE: none".
void addList(std::string& text, const char* title, const std::vector<std::string>& entries)
{
    text.append("- ").append(title).append(": ");
    for (std::size_t i = 0; i < entries.size(); ++i)
        text.append(i == 0 ? "" : "; ").append(entries[i]);
    text.append(entries.empty() ? "none" : "").append("\n");
}

std::vector<std::string> tasksAtChance(const BenchmarkReport& r)
{
    std::vector<std::string> tasks;
    for (const auto& group : r.groups("task")) {
        const auto* row = r.find("model", "none", r.mainScorer(), group);
        const auto* chance = r.find("chance", "none", "likelihood", group);
        if (row == nullptr || chance == nullptr || row->interval.low > chance->score)
            continue;
        std::string entry = wordsOf(group);
        entry.append(" ").append(percent(row->score)).append(" (chance ").append(percent(chance->score)).append(", n ");
        tasks.push_back(entry.append(std::to_string(row->n)).append(")"));
    }
    return tasks;
}

std::vector<std::string> idleControls(const BenchmarkReport& r)
{
    std::vector<std::string> controls;
    for (const auto& d : r.differences)
        if (d.group == "all" && (d.pAdjusted >= clearP || d.difference <= 0.0))
            controls.push_back(d.control);
    return controls;
}

// Systems beside the model with a higher score in a group; majority looks at the answers and is left out.
std::vector<std::string> betterThanModel(const BenchmarkReport& r, const std::string& group)
{
    std::vector<std::string> better;
    const auto* own = r.find("model", "none", r.mainScorer(), group);
    for (const auto& system : r.systems()) {
        const auto* row = r.find(system, "none", "likelihood", group);
        if (own != nullptr && row != nullptr && system != "majority" && row->score > own->score)
            better.push_back(std::string(system).append(" ").append(percent(row->score)));
    }
    return better;
}

std::vector<std::string> tasksBelowEncoder(const BenchmarkReport& r)
{
    std::vector<std::string> tasks;
    for (const auto& group : r.groups("task")) {
        const auto* own = r.find("model", "none", r.mainScorer(), group);
        const auto* ears = r.find("encoder alone", "none", "likelihood", group);
        if (own != nullptr && ears != nullptr && ears->score > own->score)
            tasks.push_back(wordsOf(group)
                                .append(" ")
                                .append(percent(own->score))
                                .append(" against ")
                                .append(percent(ears->score)));
    }
    return tasks;
}

std::vector<std::string> reversedGroups(const Json& localization)
{
    std::vector<std::string> groups;
    if (!localization.is_object() || !localization.contains("groups"))
        return groups;
    for (const auto& [name, score] : localization["groups"].items()) {
        const double share = score.value("reversal_share", 0.0);
        const int n = score.value("reversal_cases", 0);
        if (share <= manyReversals || n < fewestReversalCases)
            continue;
        std::string entry = wordsOf(name);
        groups.push_back(entry.append(" ").append(percent(share)).append(" of ").append(std::to_string(n)));
    }
    return groups;
}

std::string itemFile(const std::string& id)
{
    return asFileName(id) + ".item.json";
}

} // namespace

std::string failuresToMarkdown(const BenchmarkReport& r, const std::vector<Item>& items,
                               const std::vector<ResultLine>& lines, const std::string& links)
{
    std::string text;
    addList(text, "tasks not clearly above chance (95 % interval)", tasksAtChance(r));
    addList(text, "controls that take nothing away measurably (Holm, 5 %)", idleControls(r));
    addList(text, "systems beside the model that score higher over all items", betterThanModel(r, "all"));
    addList(text, "tasks at which the spatial encoder alone scores higher", tasksBelowEncoder(r));
    addList(text, "front and back exchanged in more than 5 % (spatial encoder, groups of at least 20)",
            reversedGroups(r.localization));
    const auto share = [](int part, int whole) {
        return whole == 0 ? std::string("not measured")
                          : percent(static_cast<double>(part) / whole).append(" of ").append(std::to_string(whole));
    };
    addList(text, "ears exchanged and the answer not mirrored, where it changes sides",
            {share(r.mirror.changed - r.mirror.changedRight, r.mirror.changed)});
    addList(text, "swap pairs with at least one wrong answer",
            {share(r.pairs.pairs - r.pairs.bothRight, r.pairs.pairs)});
    if (!r.failing.empty())
        text += "\nWrong with the highest confidence:\n\n" +
                failingToMarkdown(
                    r, items, lines,
                    links.empty() ? std::function<std::string(const std::string&)>()
                                  : [&](const std::string& id) { return links + "/" + itemFile(id); });
    return text;
}

void writeFailures(const std::filesystem::path& path, const std::filesystem::path& folder, const std::string& links)
{
    const auto report = readReport(path);
    const auto items = readReportItems(path);
    const auto lines = readResults(path / "results.jsonl").lines;
    std::filesystem::create_directories(folder);
    for (const auto& id : report.failing) {
        const auto item = std::find_if(items.begin(), items.end(), [&](const Item& i) { return i.id == id; });
        if (item == items.end())
            continue;
        Json json = itemToJson(*item);
        json["answers"] = Json::array();
        for (const auto& line : lines)
            if (line.id == id)
                json["answers"].push_back(resultToJson(line));
        writeFileAtomically(folder / itemFile(id), json.dump(1) + "\n");
    }
    writeFileAtomically(folder / "failures.md", failuresToMarkdown(report, items, lines, links));
}

} // namespace binaurium
