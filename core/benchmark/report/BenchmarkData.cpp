// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/BenchmarkData.h"

#include "core/benchmark/report/OutsideData.h"
#include "core/benchmark/report/Scoring.h"
#include "core/dataset/DatasetFolder.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Random.h"
#include "core/support/Sha256.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>
#include <set>

namespace binaurium {
namespace {

constexpr std::size_t mostItems = 1'000'000;

std::vector<Item> readAny(const std::filesystem::path& path, const std::string& foaHead)
{
    if (auto outside = readOutsideData(path, foaHead))
        return std::move(*outside);
    std::vector<Item> items;
    readItems(path, [&](Item&& item) {
        if (items.size() >= mostItems)
            throw badInput(path.string(), "holds more than a million items");
        items.push_back(std::move(item));
    });
    return items;
}

void check(const std::vector<Item>& items, const std::string& name)
{
    std::set<std::string> ids;
    for (const Item& item : items) {
        if (!ids.insert(item.id).second)
            throw badInput(name, "holds the item '" + item.id + "' twice");
        if (item.answer.empty())
            throw badInput(name, "item " + item.id + " has no answer, so it cannot be scored");
        if (item.question.empty())
            throw badInput(name, "item " + item.id + " has no question");
        if (!item.options.empty() && std::count(item.options.begin(), item.options.end(), item.answer) != 1)
            throw badInput(name, "the answer of item " + item.id + " does not stand once among its options");
        if (item.options.size() == 1)
            throw badInput(name, "item " + item.id + " offers one option only");
    }
}

// Groups in a drawn order until `limit` items are reached; then back in the order of the data.
std::vector<Item> sampled(std::vector<Item> items, const DataOptions& options)
{
    if (options.limit < 0 || options.limit >= static_cast<std::int64_t>(items.size()))
        return items;
    std::vector<std::vector<std::size_t>> groups;
    std::map<std::string, std::size_t> groupOf;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto [found, isNew] = groupOf.emplace(clusterOf(items[i]), groups.size());
        if (isNew)
            groups.emplace_back();
        groups[found->second].push_back(i);
    }
    RandomStream(options.seed, "benchmark items").shuffle(std::span(groups));
    std::vector<std::size_t> chosen;
    for (const auto& group : groups)
        if (static_cast<std::int64_t>(chosen.size() + group.size()) <= options.limit)
            chosen.insert(chosen.end(), group.begin(), group.end());
    std::sort(chosen.begin(), chosen.end());
    std::vector<Item> result;
    for (const std::size_t i : chosen)
        result.push_back(std::move(items[i]));
    return result;
}

// What a file of audio holds, as a short text: its size and the hash of its first mebibyte, so that a set of hundreds
// of hours is told from another in seconds. Where it is missing, nothing.
class Recordings
{
public:
    const std::string& of(const std::filesystem::path& file)
    {
        const auto [known, isNew] = hashes_.try_emplace(file);
        std::error_code none;
        if (!isNew || !std::filesystem::is_regular_file(file, none))
            return known->second;
        constexpr std::size_t looked = 1 << 20;
        std::string start(looked, '\0');
        std::ifstream stream(file, std::ios::binary);
        stream.read(start.data(), static_cast<std::streamsize>(looked));
        start.resize(static_cast<std::size_t>(stream.gcount()));
        known->second = std::to_string(std::filesystem::file_size(file, none)) + " " + sha256(start);
        return known->second;
    }

private:
    std::map<std::filesystem::path, std::string> hashes_;
};

} // namespace

BenchmarkData readBenchmarkData(const std::filesystem::path& path, const DataOptions& options)
{
    if (!std::filesystem::exists(path))
        throw missing("there is no data set or item file " + path.string(), "check the name of --data");
    BenchmarkData data;
    data.name = (path.has_filename() ? path : path.parent_path()).stem().string();
    data.folder = std::filesystem::is_directory(path) ? path : path.parent_path();
    data.source = {std::filesystem::absolute(path).string(), options.tasks, options.foaHead};
    auto items = readAny(path, options.foaHead);
    std::set<std::string> splits;
    for (const Item& item : items)
        splits.insert(item.split);
    std::erase_if(items, [&](const Item& item) {
        return (!options.split.empty() && item.split != options.split) ||
               (!options.tasks.empty() &&
                std::find(options.tasks.begin(), options.tasks.end(), item.task) == options.tasks.end());
    });
    if (items.empty()) {
        std::string found;
        for (const auto& split : splits)
            found += (found.empty() ? "" : ", ") + split;
        throw badInput(path.string(), "holds no items of the split '" + options.split + "' and the tasks asked for (" +
                                          (found.empty() ? "it is empty" : "splits: " + found) + ")");
    }
    check(items, path.string());
    std::string text;
    Recordings recordings;
    for (const Item& item : items) {
        auto line = itemToJson(item);
        // The folder of recordings may lie anywhere; what they hold counts.
        if (auto& margins = line["margins"]; margins.contains("audio") && margins["audio"].is_string())
            margins["audio"] = recordings.of(data.folder / margins["audio"].get<std::string>());
        text += sha256(line.dump());
    }
    data.sha256 = sha256(text);
    data.population = static_cast<std::int64_t>(items.size());
    data.seed = options.seed;
    data.items = sampled(std::move(items), options);
    if (data.items.empty())
        throw Error(ErrorKind::Usage, "the limit of " + std::to_string(options.limit) + " items leaves none");
    return data;
}

void writeItems(const std::vector<Item>& items, const std::filesystem::path& file)
{
    std::string text;
    for (const Item& item : items)
        text += itemToJson(item).dump() + "\n";
    writeFileAtomically(file, text);
}

} // namespace binaurium
