// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/BenchmarkData.h"

#include "core/audio/AudioFile.h"
#include "core/benchmark/report/Scoring.h"
#include "core/dataset/DatasetFolder.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Random.h"
#include "core/support/Sha256.h"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <set>

namespace binaurium {
namespace {

constexpr std::size_t mostItems = 1'000'000;
constexpr std::size_t longestLine = 1U << 20;

Item recordedItem(const JsonObject& o, const std::filesystem::path& folder)
{
    Item item;
    item.id = o.string("sample_id");
    item.question = o.string("question");
    item.options = o.strings("options", 8);
    item.answer = o.string("answer");
    item.level = o.string("level", "");
    item.task = o.string("task", "");
    item.templateId = o.string("template", "");
    item.pair = o.string("pair", "");
    item.evidence = o.string("evidence", "");
    item.split = o.string("split", "test");
    item.origin = "recording";
    const std::filesystem::path file = o.string("file_name");
    if (file.is_absolute() || std::find(file.begin(), file.end(), "..") != file.end())
        o.fail("file_name", "leaves the folder of the metadata");
    item.margins["audio"] = (folder / file).string();
    return item;
}

std::vector<Item> readRecordings(const std::filesystem::path& file)
{
    std::ifstream stream(file);
    std::vector<Item> items;
    std::string line;
    for (std::int64_t number = 1; std::getline(stream, line); ++number) {
        const auto place = file.string() + ": line " + std::to_string(number);
        if (line.size() > longestLine)
            throw badInput(place, "is longer than 1 MiB");
        if (line.find_first_not_of(" \t\r") == std::string::npos)
            continue;
        const Json json = parseJson(line, place);
        items.push_back(recordedItem(JsonObject(json, place), std::filesystem::absolute(file).parent_path()));
    }
    return items;
}

bool isRecordings(const std::filesystem::path& file)
{
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line.find("\"sample_id\"") != std::string::npos;
}

std::vector<Item> readAny(const std::filesystem::path& path)
{
    if (std::filesystem::is_directory(path) && std::filesystem::exists(path / "metadata.jsonl"))
        return readRecordings(path / "metadata.jsonl");
    if (std::filesystem::is_regular_file(path) && isRecordings(path))
        return readRecordings(path);
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

} // namespace

BenchmarkData readBenchmarkData(const std::filesystem::path& path, const DataOptions& options)
{
    if (!std::filesystem::exists(path))
        throw missing("there is no data set or item file " + path.string(), "check the name of --data");
    BenchmarkData data;
    data.name = (path.has_filename() ? path : path.parent_path()).stem().string();
    data.folder = std::filesystem::is_directory(path) ? path : path.parent_path();
    auto items = readAny(path);
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
    for (const Item& item : items) {
        auto line = itemToJson(item);
        if (item.scene.is_null()) // the folder of recordings may lie anywhere
            line["margins"].erase("audio");
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

AudioBuffer ItemSounds::audioOf(const Item& item)
{
    if (item.scene.is_object())
        return renderer_.render(item).audio;
    const auto found = item.margins.find("audio");
    if (found == item.margins.end() || !found->is_string())
        throw badInput("item " + item.id, "has neither a scene nor an audio file");
    const std::filesystem::path file = found->get<std::string>();
    auto audio = readAudio(file.is_absolute() ? file : folder_ / file);
    if (audio.channels() != 2)
        throw badInput(file.string(),
                       "has " + std::to_string(audio.channels()) + " channels; the benchmark hears two (left, right)");
    return audio;
}

void writeItems(const std::vector<Item>& items, const std::filesystem::path& file)
{
    std::string text;
    for (const Item& item : items)
        text += itemToJson(item).dump() + "\n";
    writeFileAtomically(file, text);
}

} // namespace binaurium
