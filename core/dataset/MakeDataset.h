// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/DatasetFolder.h"
#include "core/support/Progress.h"

namespace binaurium {

struct MakeOptions
{
    std::vector<std::filesystem::path> headFolders; // of SOFA files, before the data folders
    std::int64_t first = 0;                         // units [first, end) of the recipe; for array jobs
    std::int64_t end = -1;                          // -1: to the last one
    int threads = 0;                                // 0: one per processor; the items do not depend on it
};

struct MakeReport
{
    std::int64_t items = 0;  // written in this call
    std::int64_t reused = 0; // shards that were there already
    std::int64_t empty = 0;  // units for which no scene was found
    bool complete = false;   // of the whole data set
};

// Makes the items of a recipe, shard after shard. A shard is written whole or not at all, so work that was stopped or
// killed goes on where it was; stop leaves the finished shards. Progress counts units, those of earlier calls included.
// Throws as ItemMaker and DatasetFolder do.
[[nodiscard]] MakeReport makeDataset(const DatasetRecipe& recipe, const std::filesystem::path& folder,
                                     const MakeOptions& options, const ProgressCallback& progress);

// Puts the shards of several parts of one recipe into `folder`. Refuses different recipes and units that stand twice.
void mergeDatasets(const std::vector<std::filesystem::path>& parts, const std::filesystem::path& folder);

} // namespace binaurium
