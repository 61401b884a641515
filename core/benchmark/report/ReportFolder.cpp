// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/ReportFolder.h"

#include "core/audio/AudioFile.h"
#include "core/benchmark/report/Predictions.h"
#include "core/benchmark/report/ReportTables.h"
#include "core/dataset/Answers.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"
#include "core/support/Sha256.h"

#include <cctype>
#include <set>

namespace binaurium {
namespace {

// Letters, digits, '-', '_' and '.' stay; anything else becomes '_'.
std::string fileName(std::string id)
{
    for (char& c : id)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_' && c != '.')
            c = '_';
    return id;
}

} // namespace

void prepareReportFolder(const std::filesystem::path& folder, bool resume)
{
    const bool isEmpty = !std::filesystem::exists(folder) ||
                         (std::filesystem::is_directory(folder) && std::filesystem::is_empty(folder));
    if (!isEmpty && !std::filesystem::exists(folder / "results.jsonl"))
        throw badInput(folder.string(), "is not empty and holds no results; choose a new folder");
    if (!isEmpty && !resume)
        throw badInput(folder.string(), "holds results already; give --resume to go on, or a new folder");
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem)
        throw badInput(folder.string(), "cannot be made: " + problem.message());
}

BenchmarkReport writeReport(const std::filesystem::path& folder, const std::vector<Item>& items,
                            const std::vector<ResultLine>& lines, const ReportInput& input)
{
    auto report = makeReport(items, lines, input);
    writeFileAtomically(folder / "report.json", reportToJson(report).dump(1) + "\n");
    writeFileAtomically(folder / "report.md", reportToMarkdown(report, items, lines));
    return report;
}

BenchmarkReport scorePredictions(const BenchmarkData& data, const std::string& split,
                                 const std::filesystem::path& predictions, const std::string& name,
                                 const std::filesystem::path& folder, const BootstrapOptions& bootstrap)
{
    const auto lines = readPredictions(predictions, data.items); // its faults before anything is written
    prepareReportFolder(folder, false);
    ReportInput input;
    input.key = {name, sha256OfFile(predictions), data.sha256, data.seed};
    input.dataName = data.name;
    input.split = split;
    input.population = data.population;
    input.expected = static_cast<int>(lines.size());
    input.bootstrap = bootstrap;
    writeItems(data.items, folder / "items.jsonl");
    ResultFile(folder / "results.jsonl", input.key).add(lines);
    return writeReport(folder, data.items, lines, input);
}

std::int64_t exportBenchmark(const BenchmarkData& data, const std::vector<std::filesystem::path>& headFolders,
                             const std::filesystem::path& folder, const ProgressCallback& progress)
{
    std::set<std::string> names;
    for (const Item& item : data.items)
        if (!names.insert(fileName(item.id)).second)
            throw badInput("item " + item.id, "gets the same file name as another one");
    std::filesystem::create_directories(folder / "audio");
    ItemSounds sounds(data.folder, headFolders);
    std::vector<std::string> problems(data.items.size());
    parallelFor(
        static_cast<std::int64_t>(data.items.size()), 0,
        [&](std::int64_t i) {
            const Item& item = data.items[static_cast<std::size_t>(i)];
            const auto file = folder / "audio" / (fileName(item.id) + ".wav");
            if (std::filesystem::exists(file))
                return;
            try {
                writeAudio(sounds.audioOf(item), file);
            } catch (const Error& error) {
                problems[static_cast<std::size_t>(i)] = error.what();
            }
        },
        progress, "export");
    std::string prompts;
    std::string failed;
    for (std::size_t i = 0; i < data.items.size(); ++i) {
        const Item& item = data.items[i];
        Json line = {{"id", item.id},
                     {"audio", "audio/" + fileName(item.id) + ".wav"},
                     {"question", item.question},
                     {"options", item.options},
                     {"prompt", questionText(item.question, item.options)}};
        prompts += line.dump() + "\n";
        if (!problems[i].empty())
            failed += Json{{"id", item.id}, {"problem", problems[i]}}.dump() + "\n";
    }
    if (!failed.empty())
        writeFileAtomically(folder / "problems.jsonl", failed);
    writeFileAtomically(folder / "prompts.jsonl", prompts);
    return static_cast<std::int64_t>(data.items.size());
}

} // namespace binaurium
