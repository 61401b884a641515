// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/DatasetBuild.h"

#include "core/support/Error.h"

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
    result.audioWasThere = std::filesystem::exists(result.audio);
    if (result.audioWasThere)
        return;
    auto partial = result.audio;
    partial += ".partial";
    std::error_code problem;
    std::filesystem::remove_all(partial, problem);
    if (problem)
        throw badInput(partial.string(), "cannot be begun anew: " + problem.message());
    ExportOptions options;
    options.headFolders = job.headFolders;
    (void)exportItems(job.folder, *job.audio, partial, options, [&](const Progress& p) {
        return !progress || progress({"audio", p.done, result.items, {}});
    });
    std::filesystem::rename(partial, result.audio, problem);
    if (problem)
        throw badInput(result.audio.string(), "cannot be named: " + problem.message());
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
        return state;
    } catch (const std::exception&) {
        return {}; // no data set, or one that cannot be read: whoever works with it says why
    }
}

void Pace::look(const Progress& progress, double timeS)
{
    if (!begun_ || progress.stage != first_.stage) {
        begun_ = true;
        first_ = progress;
        firstS_ = timeS;
    }
    last_ = progress;
    lastS_ = timeS;
}

double Pace::perS() const
{
    const double elapsedS = lastS_ - firstS_;
    return elapsedS > 0.0 ? static_cast<double>(last_.done - first_.done) / elapsedS : 0.0;
}

std::optional<double> Pace::remainingS() const
{
    if (perS() <= 0.0 || last_.total <= 0)
        return {};
    return static_cast<double>(last_.total - last_.done) / perS();
}

} // namespace binaurium
