// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/SceneSampler.h"

#include <map>
#include <optional>

namespace binaurium {

// What a data set is made from ("binaurium-recipe" version 1, TOML): the same recipe gives the same items everywhere.
struct DatasetRecipe
{
    std::string name;
    std::uint64_t seed = 1;
    std::array<std::int64_t, 3> count{}; // units per split, by Split; a unit is one item, or a pair of twins
    std::map<std::string, double> tasks; // weight of each task; empty: all alike
    SoundSet sounds = SoundSet::Shipped;
    int headVariants = 8;          // of the training split; others use heads as they were measured
    Range headItdScale{1.0, 1.0};  // of the drawn variants' delays alone
    double headBlendedShare = 0.0; // of the drawn variants: mixed with a second head of the split
    SamplerOptions scene;          // its split is set for each item
    Json document;                 // as read, kept in the data set

    [[nodiscard]] std::int64_t total() const { return count[0] + count[1] + count[2]; }
    // sha256 of the document; names what was made from it.
    [[nodiscard]] std::string hash() const;
};

// Reads and checks a recipe; unknown keys and impossible distributions are errors that name file and key.
[[nodiscard]] DatasetRecipe recipeFromJson(const Json& document, const std::string& name);
// A path, or the name of a recipe of models/recipes ("small"). Throws Missing or BadInput.
[[nodiscard]] DatasetRecipe readRecipe(const std::string& pathOrName);

// The same recipe with another seed and, where `total` is given, fewer or more items in the same shares; splits that
// have items keep at least one. Another recipe by its hash, unless nothing changed. Throws BadInput for impossible
// values.
[[nodiscard]] DatasetRecipe changedRecipe(const DatasetRecipe& recipe, std::uint64_t seed,
                                          std::optional<std::int64_t> total);

// Number of the first unit of a split.
[[nodiscard]] std::int64_t firstUnit(const DatasetRecipe& recipe, Split split);
// Global numbers of units run over train, validation and test in this order.
[[nodiscard]] Split splitOfUnit(const DatasetRecipe& recipe, std::int64_t unit);

} // namespace binaurium
