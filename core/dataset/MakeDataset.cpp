// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/MakeDataset.h"

#include "core/dataset/ItemMaker.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"

#include <algorithm>
#include <atomic>

namespace binaurium {
namespace {

constexpr std::int64_t unitsPerShard = 2000;

// Shards of the fixed grid, cut to the wanted range.
std::vector<ShardName> plannedShards(std::int64_t first, std::int64_t end)
{
    std::vector<ShardName> shards;
    for (std::int64_t at = first; at < end;) {
        const std::int64_t next = std::min(end, (at / unitsPerShard + 1) * unitsPerShard);
        shards.push_back({at, next});
        at = next;
    }
    return shards;
}

bool overlaps(const ShardName& a, const ShardName& b)
{
    return a.first < b.end && b.first < a.end;
}

} // namespace

MakeReport makeDataset(const DatasetRecipe& recipe, const std::filesystem::path& folder, const MakeOptions& options,
                       const ProgressCallback& progress)
{
    const std::int64_t end = options.end < 0 ? recipe.total() : options.end;
    if (options.first < 0 || end > recipe.total() || options.first >= end)
        throw Error(ErrorKind::Usage, "the recipe has the units 0.." + std::to_string(recipe.total()) +
                                          "; the wanted range is empty or outside");
    const auto dataset = DatasetFolder::openOrCreate(folder, recipe);
    const ItemMaker maker(recipe, options.headFolders);
    const auto present = dataset.shards();
    std::vector<ShardName> missingShards;
    MakeReport report;
    for (const ShardName& shard : plannedShards(options.first, end)) {
        if (std::find(present.begin(), present.end(), shard) != present.end())
            ++report.reused;
        else if (std::any_of(present.begin(), present.end(), [&](const auto& p) { return overlaps(p, shard); }))
            throw badInput(folder.string(), "already holds a part of the units " + std::to_string(shard.first) + ".." +
                                                std::to_string(shard.end) + "; use the same ranges as before");
        else
            missingShards.push_back(shard);
    }
    std::int64_t wanted = 0;
    for (const ShardName& shard : missingShards)
        wanted += shard.end - shard.first;
    std::atomic<std::int64_t> units{end - options.first - wanted}; // those of earlier calls count as done
    std::atomic<std::int64_t> items{0};
    std::atomic<std::int64_t> empty{0};
    std::atomic<bool> stopped{false};
    const ProgressCallback inUnits = [&](const Progress& p) {
        stopped = progress && !progress({p.stage, units, end - options.first, {}});
        return !stopped;
    };
    parallelFor(
        static_cast<std::int64_t>(missingShards.size()), options.threads,
        [&](std::int64_t i) {
            const ShardName& shard = missingShards[static_cast<std::size_t>(i)];
            std::vector<Item> made;
            for (std::int64_t unit = shard.first; unit < shard.end; ++unit, ++units) {
                if (stopped)
                    throw interrupted("stopped while: items");
                auto some = maker.unit(unit);
                empty += some.empty() ? 1 : 0;
                std::move(some.begin(), some.end(), std::back_inserter(made));
            }
            items += static_cast<std::int64_t>(made.size());
            dataset.write(shard, made);
        },
        inUnits, "items");
    report.items = items;
    report.empty = empty;
    report.complete = dataset.isComplete();
    dataset.writeState();
    return report;
}

void mergeDatasets(const std::vector<std::filesystem::path>& parts, const std::filesystem::path& folder)
{
    if (parts.empty())
        throw Error(ErrorKind::Usage, "merge needs at least one data set");
    std::vector<std::pair<ShardName, std::filesystem::path>> all;
    const auto first = DatasetFolder::open(parts.front());
    for (const auto& part : parts) {
        const auto dataset = DatasetFolder::open(part);
        if (dataset.recipe().hash() != first.recipe().hash())
            throw badInput(part.string(), "was made from another recipe than " + parts.front().string());
        for (const ShardName& shard : dataset.shards()) {
            dataset.read(shard, [](Item&&) {}); // a damaged part is not merged
            all.emplace_back(shard, dataset.fileOf(shard));
        }
    }
    std::sort(all.begin(), all.end());
    for (std::size_t i = 1; i < all.size(); ++i)
        if (overlaps(all[i - 1].first, all[i].first))
            throw badInput(all[i].second.string(), "holds units that stand in " + all[i - 1].second.string() + " too");
    const auto merged = DatasetFolder::openOrCreate(folder, first.recipe());
    const auto present = merged.shards();
    for (const auto& [shard, file] : all)
        for (const ShardName& there : present)
            if (!(there == shard) && overlaps(there, shard))
                throw badInput(folder.string(), "already holds a part of the units of " + file.string());
    for (const auto& [shard, file] : all)
        writeFileAtomically(merged.fileOf(shard), readFile(file));
    merged.writeState();
}

} // namespace binaurium
