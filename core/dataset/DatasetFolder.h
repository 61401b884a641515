// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"
#include "core/dataset/Recipe.h"

#include <filesystem>
#include <functional>

namespace binaurium {

// A data set on disk ("binaurium-dataset" version 1):
//   dataset.json                              recipe, its hash, program version, whether all units are there
//   items/0000000000-0000002000.jsonl         a header line and the items of those units, written whole or not at all
// Audio is rendered from the items when it is needed.
struct ShardName
{
    std::int64_t first = 0;
    std::int64_t end = 0; // one past the last unit
    friend auto operator<=>(const ShardName&, const ShardName&) = default;
};

class DatasetFolder
{
public:
    // Opens an existing folder. Throws Missing or BadInput.
    [[nodiscard]] static DatasetFolder open(const std::filesystem::path& folder);
    // Opens `folder`, or makes it when it is new or empty. Refuses a folder with another recipe, or with other things.
    [[nodiscard]] static DatasetFolder openOrCreate(const std::filesystem::path& folder, const DatasetRecipe& recipe);

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] const DatasetRecipe& recipe() const noexcept { return recipe_; }
    // Shards that are there, ascending.
    [[nodiscard]] std::vector<ShardName> shards() const;
    [[nodiscard]] std::filesystem::path fileOf(const ShardName& shard) const;
    void write(const ShardName& shard, const std::vector<Item>& items) const;
    // Calls `visit` for every item of one shard, in order. Throws BadInput with file and line.
    void read(const ShardName& shard, const std::function<void(Item&&)>& visit) const;
    // Every unit exactly once?
    [[nodiscard]] bool isComplete() const;
    // Notes in dataset.json whether the set is complete ("complete": false marks a part).
    void writeState() const;

private:
    DatasetFolder(std::filesystem::path path, DatasetRecipe recipe) : path_(std::move(path)), recipe_(std::move(recipe))
    {}
    std::filesystem::path path_;
    DatasetRecipe recipe_;
};

// Calls `visit` for every item of a data set folder or of a single .jsonl file of items.
void readItems(const std::filesystem::path& folderOrFile, const std::function<void(Item&&)>& visit);

} // namespace binaurium
