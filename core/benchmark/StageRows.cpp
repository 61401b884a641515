// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/StageRows.h"

#include "core/benchmark/BenchmarkRun.h"
#include "core/benchmark/report/ReportFolder.h"
#include "core/support/Error.h"

#include <algorithm>
#include <set>

namespace binaurium {
namespace {

// Where the audio cannot be made or the model refuses it, the item is wrong and says why. A head or a file that the
// report's model had and that is not here is no fault of the stage and ends it.
std::vector<ResultLine> askedTogether(std::span<const Item* const> items, ItemSounds& sounds, HearingModel& model,
                                      const std::set<std::string>& heard)
{
    std::vector<ResultLine> lines(items.size());
    auto [audio, errors] = sounds.audioOf(items, [&](const Item& item) { return heard.contains(item.id); });
    std::vector<AskJob> jobs;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < items.size(); ++i) {
        lines[i].id = items[i]->id;
        lines[i].error = std::move(errors[i]);
        if (lines[i].error.empty() && audio[i].durationS() > HearingModel::longestQuestionS)
            lines[i].error = "item " + items[i]->id + ": the audio is longer than 10 s";
        if (!lines[i].error.empty())
            continue;
        AskOptions way;
        way.options = items[i]->options;
        way.likelihoodOnly = true;
        jobs.push_back({std::move(audio[i]), items[i]->question, {way}});
        places.push_back(i);
    }
    const auto answers = model.askMany(jobs);
    for (std::size_t j = 0; j < places.size(); ++j)
        lines[places[j]].scores = answers[j].front().optionScores;
    return lines;
}

} // namespace

BenchmarkReport addStage(const std::filesystem::path& report, HearingModel& model, const std::string& name,
                         const std::vector<std::filesystem::path>& headFolders, const ProgressCallback& progress)
{
    const auto known = readReport(report);
    auto key = known.key;
    key.model = "stage " + name;
    key.modelSha256 = model.sha256();
    const auto items = readReportItems(report);
    auto file = systemFile(report, "stage-" + name, key);
    std::set<std::string> done;
    for (const auto& line : file.earlier())
        done.insert(line.id);
    std::set<std::string> heard;
    for (const auto& line : readResults(report / "results.jsonl").lines)
        if (line.error.empty())
            heard.insert(line.id);
    std::vector<const Item*> open;
    for (const Item& item : items)
        if (!item.options.empty() && !done.contains(item.id))
            open.push_back(&item);
    ItemSounds sounds(soundFolder(known, report), headFolders);
    for (std::size_t start = 0; start < open.size(); start += itemsTogether) {
        reportProgress(progress,
                       {"stage", static_cast<std::int64_t>(start), static_cast<std::int64_t>(open.size()), name});
        const auto count = std::min(itemsTogether, open.size() - start);
        file.add(askedTogether(std::span(open).subspan(start, count), sounds, model, heard));
    }
    return refreshReport(report);
}

BenchmarkReport addStages(const std::filesystem::path& report, const std::vector<ModelOptions>& models,
                          const std::vector<std::filesystem::path>& headFolders, const ProgressCallback& progress)
{
    auto result = readReport(report); // its faults before a model is loaded
    for (const auto& options : models) {
        const auto model = HearingModel::load(options, progress);
        const auto folder = options.model.has_filename() ? options.model : options.model.parent_path();
        result = addStage(report, *model, folder.filename().string(), headFolders, progress);
    }
    return result;
}

} // namespace binaurium
