// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/DatasetBuild.h"

#include "core/dataset/exchange/ExportJournal.h"

namespace binaurium {
namespace {

std::int64_t itemCount(const std::filesystem::path& set)
{
    std::int64_t count = 0;
    readItems(set, [&](Item&&) { ++count; });
    return count;
}

void writeAudio(const BuildJob& job, BuildResult& result, const ProgressCallback& progress)
{
    result.audio = job.folder / exchangeFormatIds()[static_cast<std::size_t>(*job.audio)];
    result.audioWasThere = std::filesystem::exists(result.audio) && !std::filesystem::is_empty(result.audio) &&
                           !ExportJournal::standsIn(result.audio);
    if (result.audioWasThere)
        return;
    ExportOptions options;
    options.headFolders = job.headFolders;
    (void)exportItems(job.folder, *job.audio, result.audio, options, [&](const Progress& p) {
        return !progress || progress({"audio", p.done, result.items, {}});
    });
}

} // namespace

BuildResult buildDataset(const BuildJob& job, const ProgressCallback& progress)
{
    BuildResult result;
    MakeOptions options;
    options.headFolders = job.headFolders;
    result.made = makeDataset(job.recipe, job.folder, options, progress);
    result.items = itemCount(job.folder);
    if (job.audio)
        writeAudio(job, result, progress);
    return result;
}

std::optional<FolderState> stateOf(const std::filesystem::path& folder)
{
    try {
        const auto set = DatasetFolder::open(folder);
        FolderState state;
        for (const ShardName& shard : set.shards())
            state.units += shard.end - shard.first;
        state.total = set.recipe().total();
        state.complete = set.isComplete();
        for (const auto& id : exchangeFormatIds())
            state.audioPartial = state.audioPartial || ExportJournal::standsIn(folder / id);
        return state;
    } catch (const std::exception&) {
        return {}; // no data set, or one that cannot be read: whoever works with it says why
    }
}

void Pace::look(const Progress& progress, double timeS)
{
    if (!seen_.empty() && seen_.back().what.stage != progress.stage)
        seen_.clear();
    seen_.push_back({progress, timeS});
    while (seen_.size() > 2 && timeS - seen_[1].timeS > windowS)
        seen_.pop_front();
}

double Pace::perS() const
{
    if (seen_.empty())
        return 0.0;
    const double elapsedS = seen_.back().timeS - seen_.front().timeS;
    const auto done = static_cast<double>(seen_.back().what.done - seen_.front().what.done);
    return elapsedS > 0.0 ? done / elapsedS : 0.0;
}

std::optional<double> Pace::remainingS() const
{
    if (perS() <= 0.0 || seen_.back().what.total <= 0)
        return {};
    return static_cast<double>(seen_.back().what.total - seen_.back().what.done) / perS();
}

} // namespace binaurium
