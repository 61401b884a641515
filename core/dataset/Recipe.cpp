// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Recipe.h"

#include "core/dataset/Templates.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Sha256.h"
#include "core/support/Toml.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace binaurium {
namespace {

constexpr std::int64_t mostUnits = 8'000'000; // a unit draws up to 256 scenes, and scene numbers have 32 bits

void readTasks(const JsonObject& table, std::map<std::string, double>& tasks)
{
    for (const auto& [task, ignored] : table.value().items()) {
        const auto& all = questionTemplates();
        if (std::none_of(all.begin(), all.end(), [&](const auto& t) { return t.task == task; }))
            table.fail(task, "is not a task");
        tasks[task] = table.number(task, 0.0, 1e6);
    }
    if (std::none_of(tasks.begin(), tasks.end(), [](const auto& t) { return t.second > 0.0; }))
        table.fail("", "gives no task a weight above 0");
}

} // namespace

std::string DatasetRecipe::hash() const
{
    return sha256(document.dump());
}

DatasetRecipe recipeFromJson(const Json& document, const std::string& name)
{
    const JsonObject root(document, name);
    checkFormat(root, "binaurium-recipe", 1);
    DatasetRecipe recipe;
    recipe.document = document;
    recipe.name = root.string("name");
    recipe.seed = static_cast<std::uint64_t>(root.integer("seed", 0, INT64_MAX / 2'000'000, 1));
    const auto items = root.object("items");
    for (const Split split : {Split::Train, Split::Validation, Split::Test})
        recipe.count[static_cast<std::size_t>(split)] = items.integer(splitId(split), 0, mostUnits, 0);
    if (recipe.total() < 1 || recipe.total() > mostUnits)
        root.fail("items", "must name 1 to 8000000 items in all");
    if (root.has("tasks"))
        readTasks(root.object("tasks"), recipe.tasks);
    recipe.sounds = soundSetFromId(root.string("sounds", soundSetId(recipe.sounds)));
    recipe.headVariants = static_cast<int>(root.integer("head_variants", 1, 1000, recipe.headVariants));
    if (root.has("head_itd_scale")) {
        const auto scale = root.numbers("head_itd_scale", 2, 0.7, 1.4);
        if (scale[0] > scale[1])
            root.fail("head_itd_scale", "must begin with the smaller number");
        recipe.headItdScale = {scale[0], scale[1]};
    }
    recipe.headBlendedShare = root.number("head_blended_share", 0.0, 1.0, recipe.headBlendedShare);
    std::vector<std::string> unknown = items.unknownKeys();
    if (root.has("scene"))
        recipe.scene = samplerOptionsFromJson(root.object("scene"), unknown);
    (void)root.string("description", "");
    const auto rest = root.unknownKeys();
    unknown.insert(unknown.end(), rest.begin(), rest.end());
    if (!unknown.empty())
        throw badInput(name, "'" + unknown.front() + "' is not part of a recipe");
    return recipe;
}

DatasetRecipe readRecipe(const std::string& pathOrName)
{
    const bool isName = pathOrName.find_first_of("/.") == std::string::npos;
    const auto path = isName ? requireData("models/recipes/" + pathOrName + ".toml",
                                           "there is no recipe of that name; give the path of a .toml file")
                             : std::filesystem::path(pathOrName);
    return recipeFromJson(readToml(path), path.string());
}

DatasetRecipe changedRecipe(const DatasetRecipe& recipe, std::uint64_t seed, std::optional<std::int64_t> total)
{
    Json document = recipe.document;
    if (seed != recipe.seed)
        document["seed"] = seed;
    if (total && *total != recipe.total()) {
        Json items = Json::object();
        std::int64_t before = 0;
        std::int64_t given = 0;
        auto left = std::count_if(recipe.count.begin(), recipe.count.end(), [](auto n) { return n > 0; });
        for (const Split split : {Split::Train, Split::Validation, Split::Test}) {
            const std::int64_t count = recipe.count[static_cast<std::size_t>(split)];
            before += count;
            // Borders are rounded, not counts, so that the sum is the wanted one.
            const auto border = static_cast<std::int64_t>(std::llround(
                static_cast<double>(*total) * static_cast<double>(before) / static_cast<double>(recipe.total())));
            left -= count > 0 ? 1 : 0;
            const std::int64_t now =
                count > 0 ? std::max<std::int64_t>(1, std::min(border - given, *total - given - left)) : 0;
            given += now;
            items[splitId(split)] = now;
        }
        document["items"] = items;
    }
    return recipeFromJson(document, recipe.name);
}

std::int64_t firstUnit(const DatasetRecipe& recipe, Split split)
{
    return std::accumulate(recipe.count.begin(), recipe.count.begin() + static_cast<std::ptrdiff_t>(split),
                           std::int64_t{0});
}

Split splitOfUnit(const DatasetRecipe& recipe, std::int64_t unit)
{
    return unit < recipe.count[0]                     ? Split::Train
           : unit < recipe.count[0] + recipe.count[1] ? Split::Validation
                                                      : Split::Test;
}

} // namespace binaurium
