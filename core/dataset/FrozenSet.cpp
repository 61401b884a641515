// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/FrozenSet.h"

#include "core/acoustics/HeadCatalogue.h"
#include "core/dataset/DatasetFolder.h"
#include "core/scene/SceneFile.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"
#include "core/support/Sha256.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr std::size_t hashDigits = 16;
constexpr std::size_t mostItems = 1'000'000;
constexpr std::size_t fingerprintNumbers = 15;

std::string hashOf(const Item& item)
{
    return sha256(itemToJson(item).dump()).substr(0, hashDigits);
}

std::vector<Item> itemsOf(const std::filesystem::path& dataset, const std::string& split)
{
    std::vector<Item> items;
    readItems(dataset, [&](Item&& item) {
        if (item.split == split)
            items.push_back(std::move(item));
    });
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.id < b.id; });
    return items;
}

// Files that the items need, each with its hash.
void hashFiles(const std::vector<Item>& items, const FreezeOptions& options, FrozenSet& set)
{
    std::map<std::string, HeadEntry> heads;
    for (const auto& head : readHeadCatalogue())
        heads[head.id] = head;
    for (const Item& item : items) {
        for (const Source& source : sceneFromJson(item.scene, item.id).sources)
            if (const auto& file = source.sound.file; !file.empty() && !set.sounds.contains(file))
                set.sounds[file] = sha256OfFile(requireData(file, "install the sounds of the set"));
        if (!item.head.is_object())
            continue;
        const auto id = JsonObject(item.head, item.id).string("id");
        if (set.heads.contains(id))
            continue;
        const auto known = heads.find(id);
        const auto path =
            known == heads.end() ? std::filesystem::path() : findHeadFile(known->second, options.headFolders);
        if (path.empty())
            throw missing("head '" + id + "' is not on this computer", "give the folder of SOFA files with --heads");
        set.heads[id] = sha256OfFile(path);
    }
}

Json fingerprintNumbersOf(const AudioFingerprint& f)
{
    Json numbers = Json::array({f.itdUs});
    for (const auto& ear : f.levelDb)
        for (const double level : ear)
            numbers.push_back(std::round(level * 10.0) / 10.0);
    return numbers;
}

void compareFiles(const char* what, const std::map<std::string, std::string>& frozen,
                  const std::map<std::string, std::string>& now, std::vector<std::string>& problems)
{
    for (const auto& [name, hash] : frozen)
        if (const auto found = now.find(name); found == now.end())
            problems.push_back(std::string(what) + " '" + name + "' is not used any more");
        else if (found->second != hash)
            problems.push_back(std::string(what) + " '" + name + "' has another sha256");
    for (const auto& [name, hash] : now)
        if (!frozen.contains(name))
            problems.push_back(std::string(what) + " '" + name + "' is new");
}

} // namespace

Json frozenToJson(const FrozenSet& set)
{
    Json items = Json::array();
    for (const FrozenItem& item : set.items)
        items.push_back({item.id, item.sha256, fingerprintNumbersOf(item.fingerprint)});
    return {{"format", "binaurium-frozen-set"},
            {"version", 1},
            {"name", set.name},
            {"split", set.split},
            {"recipe", set.recipe},
            {"recipe_sha256", set.recipeSha256},
            {"sounds", set.sounds},
            {"heads", set.heads},
            {"items", std::move(items)}};
}

FrozenSet frozenFromJson(const Json& json, const std::string& name)
{
    const JsonObject root(json, name);
    checkFormat(root, "binaurium-frozen-set", 1);
    FrozenSet set;
    set.name = root.string("name");
    set.split = splitId(splitFromId(root.string("split")));
    set.recipeSha256 = root.string("recipe_sha256");
    set.recipe = root.raw("recipe");
    for (auto [key, map] : {std::pair("sounds", &set.sounds), std::pair("heads", &set.heads)}) {
        const auto table = root.object(key);
        for (const auto& [file, hash] : table.value().items())
            (*map)[file] = table.string(file);
    }
    const Json& items = root.raw("items");
    if (!items.is_array() || items.size() > mostItems)
        root.fail("items", "must be a list of at most 1000000 items");
    for (const Json& entry : items) {
        const bool fits = entry.is_array() && entry.size() == 3 && entry[0].is_string() && entry[1].is_string() &&
                          entry[2].is_array() && entry[2].size() == fingerprintNumbers &&
                          std::all_of(entry[2].begin(), entry[2].end(), [](const Json& n) { return n.is_number(); });
        if (!fits)
            root.fail("items", "has an entry that is not [id, sha256, [15 numbers]]");
        FrozenItem item{entry[0], entry[1], {}};
        item.fingerprint.itdUs = entry[2][0];
        for (std::size_t i = 0; i + 1 < fingerprintNumbers; ++i)
            item.fingerprint.levelDb[i / 7][i % 7] = entry[2][i + 1];
        set.items.push_back(std::move(item));
    }
    return set;
}

FrozenSet freeze(const std::filesystem::path& dataset, Split split, const FreezeOptions& options,
                 const ProgressCallback& progress)
{
    const auto folder = DatasetFolder::open(dataset);
    if (!folder.isComplete())
        throw badInput(dataset.string(), "is only a part of its recipe; finish or merge it first");
    const auto items = itemsOf(dataset, splitId(split));
    if (items.empty())
        throw badInput(dataset.string(), "has no items of the split '" + splitId(split) + "'");
    FrozenSet set;
    set.name = folder.recipe().name;
    set.split = splitId(split);
    set.recipe = folder.recipe().document;
    set.recipeSha256 = folder.recipe().hash();
    hashFiles(items, options, set);
    set.items.resize(items.size());
    ItemRenderer renderer(options.headFolders);
    parallelFor(
        static_cast<std::int64_t>(items.size()), options.threads,
        [&](std::int64_t i) {
            const Item& item = items[static_cast<std::size_t>(i)];
            set.items[static_cast<std::size_t>(i)] = {item.id, hashOf(item),
                                                      fingerprintOf(renderer.render(item).audio)};
        },
        progress, "items");
    return set;
}

FrozenComparison compareFrozen(const FrozenSet& frozen, const std::filesystem::path& dataset, std::int64_t audioSample,
                               const FreezeOptions& options, const ProgressCallback& progress)
{
    FrozenComparison result;
    if (DatasetFolder::open(dataset).recipe().hash() != frozen.recipeSha256)
        result.problems.emplace_back("the recipe is another one");
    const auto items = itemsOf(dataset, frozen.split);
    FrozenSet now;
    hashFiles(items, options, now);
    compareFiles("sound", frozen.sounds, now.sounds, result.problems);
    compareFiles("head", frozen.heads, now.heads, result.problems);
    std::map<std::string, const FrozenItem*> byId;
    for (const FrozenItem& item : frozen.items)
        byId[item.id] = &item;
    std::vector<std::pair<const Item*, const FrozenItem*>> same;
    for (const Item& item : items) {
        const auto found = byId.find(item.id);
        if (found == byId.end())
            result.problems.push_back("item " + item.id + " is not in the frozen set");
        else if (found->second->sha256 != hashOf(item))
            result.problems.push_back("item " + item.id + " reads differently");
        else
            same.emplace_back(&item, found->second);
    }
    if (items.size() < frozen.items.size())
        result.problems.push_back(std::to_string(frozen.items.size() - items.size()) + " items are missing");
    result.items = static_cast<std::int64_t>(same.size());
    result.rendered = audioSample < 0 ? result.items : std::min(result.items, audioSample);
    std::vector<std::pair<double, double>> differences(static_cast<std::size_t>(result.rendered));
    ItemRenderer renderer(options.headFolders);
    parallelFor(
        result.rendered, options.threads,
        [&](std::int64_t i) {
            // Evenly spread over the set.
            const auto& [item, expected] = same[static_cast<std::size_t>(i * result.items / result.rendered)];
            const auto heard = fingerprintOf(renderer.render(*item).audio);
            auto& [levelDb, itdUs] = differences[static_cast<std::size_t>(i)];
            itdUs = std::abs(heard.itdUs - expected->fingerprint.itdUs);
            for (std::size_t e = 0; e < 2; ++e)
                for (std::size_t b = 0; b < 7; ++b)
                    levelDb = std::max(levelDb, std::abs(heard.levelDb[e][b] - expected->fingerprint.levelDb[e][b]));
        },
        progress, "items");
    std::int64_t changed = 0;
    for (const auto& [levelDb, itdUs] : differences) {
        result.largestLevelDb = std::max(result.largestLevelDb, levelDb);
        result.largestItdUs = std::max(result.largestItdUs, itdUs);
        changed += levelDb > frozenLevelToleranceDb || itdUs > frozenItdToleranceUs ? 1 : 0;
    }
    if (changed > 0)
        result.problems.push_back(std::to_string(changed) + " of " + std::to_string(result.rendered) +
                                  " items sound different");
    return result;
}

} // namespace binaurium
