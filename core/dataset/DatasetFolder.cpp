// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/DatasetFolder.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/LineFile.h"

#include <algorithm>
#include <cstdio>

namespace binaurium {
namespace {

std::optional<ShardName> parseName(const std::filesystem::path& file)
{
    long long first = 0;
    long long end = 0;
    char rest = 0;
    if (file.extension() != ".jsonl" ||
        std::sscanf(file.stem().string().c_str(), "%10lld-%10lld%c", &first, &end, &rest) != 2 || first < 0 ||
        end <= first)
        return std::nullopt;
    return ShardName{first, end};
}

Json describe(const DatasetRecipe& recipe, bool complete)
{
    return {{"format", "binaurium-dataset"},  {"version", 1},         {"name", recipe.name},
            {"recipe_sha256", recipe.hash()}, {"complete", complete}, {"recipe", recipe.document}};
}

} // namespace

DatasetFolder DatasetFolder::open(const std::filesystem::path& folder)
{
    const auto file = folder / "dataset.json";
    if (!std::filesystem::exists(file))
        throw missing(folder.string() + " is not a data set (it holds no dataset.json)",
                      "make one with 'binaurium-cli dataset make'");
    const Json document = readJson(file);
    const JsonObject root(document, file.string());
    checkFormat(root, "binaurium-dataset", 1);
    DatasetFolder dataset(folder, recipeFromJson(root.raw("recipe"), file.string() + ": recipe"));
    if (root.string("recipe_sha256") != dataset.recipe_.hash())
        root.fail("recipe_sha256", "does not fit the recipe beside it");
    return dataset;
}

DatasetFolder DatasetFolder::openOrCreate(const std::filesystem::path& folder, const DatasetRecipe& recipe)
{
    if (std::filesystem::exists(folder / "dataset.json")) {
        auto dataset = open(folder);
        if (dataset.recipe_.hash() != recipe.hash())
            throw badInput(folder.string(),
                           "holds a data set of another recipe ('" + dataset.recipe_.name + "'); choose a new folder");
        return dataset;
    }
    if (std::filesystem::exists(folder) &&
        (!std::filesystem::is_directory(folder) || !std::filesystem::is_empty(folder)))
        throw badInput(folder.string(), "is not empty and not a data set; choose a new folder");
    std::error_code problem;
    std::filesystem::create_directories(folder / "items", problem);
    if (problem)
        throw badInput(folder.string(), "cannot be made: " + problem.message());
    DatasetFolder dataset(folder, recipe);
    writeFileAtomically(folder / "dataset.json", describe(recipe, false).dump(1) + "\n");
    return dataset;
}

std::filesystem::path DatasetFolder::fileOf(const ShardName& shard) const
{
    char name[64];
    std::snprintf(name, sizeof name, "%010lld-%010lld.jsonl", static_cast<long long>(shard.first),
                  static_cast<long long>(shard.end));
    return path_ / "items" / name;
}

std::vector<ShardName> DatasetFolder::shards() const
{
    std::vector<ShardName> found;
    if (std::filesystem::is_directory(path_ / "items"))
        for (const auto& entry : std::filesystem::directory_iterator(path_ / "items"))
            if (const auto name = parseName(entry.path().filename()))
                found.push_back(*name);
    std::sort(found.begin(), found.end());
    return found;
}

void DatasetFolder::write(const ShardName& shard, const std::vector<Item>& items) const
{
    std::string text = Json{{"format", "binaurium-shard"}, {"version", 1},     {"recipe_sha256", recipe_.hash()},
                            {"first", shard.first},        {"end", shard.end}, {"items", items.size()}}
                           .dump() +
                       "\n";
    for (const Item& item : items)
        text += itemToJson(item).dump() + "\n";
    std::filesystem::create_directories(path_ / "items");
    writeFileAtomically(fileOf(shard), text);
}

void DatasetFolder::read(const ShardName& shard, const std::function<void(Item&&)>& visit) const
{
    const auto file = fileOf(shard);
    LineFile lines(file);
    if (!lines.next())
        throw badInput(file.string(), "is empty");
    const Json header = parseJson(lines.line(), lines.place());
    const JsonObject root(header, lines.place());
    checkFormat(root, "binaurium-shard", 1);
    if (root.string("recipe_sha256") != recipe_.hash())
        root.fail("recipe_sha256", "is of another recipe than the data set's");
    const auto expected = root.integer("items", 0, INT64_MAX);
    std::int64_t count = 0;
    for (; lines.next(); ++count)
        visit(itemFromJson(parseJson(lines.line(), lines.place()), lines.place()));
    if (count != expected)
        throw badInput(file.string(), "holds " + std::to_string(count) + " items instead of " +
                                          std::to_string(expected) + "; delete it and make it again");
}

bool DatasetFolder::isComplete() const
{
    std::int64_t next = 0;
    for (const ShardName& shard : shards()) {
        if (shard.first != next)
            return false;
        next = shard.end;
    }
    return next == recipe_.total();
}

void DatasetFolder::writeState() const
{
    writeFileAtomically(path_ / "dataset.json", describe(recipe_, isComplete()).dump(1) + "\n");
}

void readItems(const std::filesystem::path& folderOrFile, const std::function<void(Item&&)>& visit)
{
    if (std::filesystem::is_directory(folderOrFile)) {
        const auto dataset = DatasetFolder::open(folderOrFile);
        for (const ShardName& shard : dataset.shards())
            dataset.read(shard, visit);
        return;
    }
    if (!std::filesystem::exists(folderOrFile))
        throw missing("there is no data set or item file " + folderOrFile.string(), "check the name");
    for (LineFile lines(folderOrFile); lines.next();)
        if (!lines.line().starts_with("{\"format\":\"binaurium-shard\""))
            visit(itemFromJson(parseJson(lines.line(), lines.place()), lines.place()));
}

} // namespace binaurium
