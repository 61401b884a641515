// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/ReportFolder.h"

#include "core/audio/AudioFile.h"
#include "core/benchmark/report/Predictions.h"
#include "core/benchmark/report/ReportTables.h"
#include "core/dataset/Answers.h"
#include "core/dataset/DatasetFolder.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Json.h"
#include "core/support/Parallel.h"
#include "core/support/Sha256.h"

#include <cctype>
#include <set>

namespace binaurium {
namespace {

constexpr auto systemsFolder = "systems";
constexpr auto listenerPrefix = "human-";

// A folder that is new, or holds an export of the same items that is to be gone on with.
void prepareExport(const BenchmarkData& data, const std::filesystem::path& folder)
{
    const auto label = folder / "export.json";
    if (std::filesystem::exists(label)) {
        const Json json = parseJson(readFile(label, 1 << 20), label.string());
        const JsonObject object(json, label.string());
        checkFormat(object, "binaurium-export", 1);
        if (object.string("data_sha256") != data.sha256)
            throw badInput(folder.string(), "holds the export of other questions; choose a new folder");
    } else if (std::filesystem::exists(folder) && !std::filesystem::is_empty(folder)) {
        throw badInput(folder.string(), "is not empty and holds no export; choose a new folder");
    }
    std::filesystem::create_directories(folder / "audio");
    const Json json = {{"format", "binaurium-export"}, {"version", 1}, {"data_sha256", data.sha256}};
    writeFileAtomically(label, json.dump(1) + "\n");
}

} // namespace

std::vector<Item> readReportItems(const std::filesystem::path& folder)
{
    std::vector<Item> items;
    readItems(folder / "items.jsonl", [&](Item&& item) { items.push_back(std::move(item)); });
    return items;
}

std::filesystem::path soundFolder(const BenchmarkReport& report, const std::filesystem::path& folder)
{
    const std::filesystem::path data = report.source.path;
    std::error_code none;
    if (data.empty() || !std::filesystem::exists(data, none))
        return folder;
    return std::filesystem::is_directory(data, none) ? data : data.parent_path();
}

std::filesystem::path soundFolder(const std::filesystem::path& folder)
{
    try {
        return soundFolder(readReport(folder), folder);
    } catch (const Error&) {
        return folder;
    }
}

std::string asFileName(std::string id)
{
    for (char& c : id)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_' && c != '.')
            c = '_';
    return id;
}

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

std::vector<ComparedSystem> readSystems(const std::filesystem::path& folder, const std::string& dataSha256)
{
    std::set<std::filesystem::path> files; // in the order of their names
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder / systemsFolder, none))
        if (entry.path().extension() == ".jsonl")
            files.insert(entry.path());
    std::vector<ComparedSystem> systems;
    ComparedSystem listeners;
    for (const auto& file : files) {
        auto run = readResults(file);
        if (run.key.dataSha256 != dataSha256)
            throw badInput(file.string(), "is about other data than the report; take it out of the folder");
        if (file.filename().string().starts_with(listenerPrefix)) {
            if (!run.lines.empty())
                listeners.runs.push_back(std::move(run));
            continue;
        }
        const auto name = run.key.model;
        systems.push_back({name, {std::move(run)}});
    }
    const auto n = listeners.runs.size();
    listeners.name = "human (" + std::to_string(n) + (n == 1 ? " listener)" : " listeners)");
    if (n > 0)
        systems.push_back(std::move(listeners));
    return systems;
}

ResultFile systemFile(const std::filesystem::path& folder, const std::string& id, const ResultKey& key)
{
    std::filesystem::create_directories(folder / systemsFolder);
    return {folder / systemsFolder / (asFileName(id) + ".jsonl"), key};
}

BenchmarkReport writeReport(const std::filesystem::path& folder, const std::vector<Item>& items,
                            const std::vector<ResultLine>& lines, const ReportInput& input)
{
    auto all = input;
    all.others = readSystems(folder, input.key.dataSha256);
    auto report = makeReport(items, lines, all);
    writeFileAtomically(folder / "report.json", reportToJson(report).dump(1) + "\n");
    writeFileAtomically(folder / "report.md", reportToMarkdown(report, items, lines));
    return report;
}

BenchmarkReport refreshReport(const std::filesystem::path& folder)
{
    const auto old = readReport(folder);
    const ReportInput input{old.key,          old.dataName, old.split, old.population, old.expected, old.bootstrap,
                            old.localization, old.source,   {}};
    return writeReport(folder, readReportItems(folder), readResults(folder / "results.jsonl").lines, input);
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
    input.source = data.source;
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
        if (!names.insert(asFileName(item.id)).second)
            throw badInput("item " + item.id, "gets the same file name as another one");
    prepareExport(data, folder);
    ItemSounds sounds(data.folder, headFolders);
    std::vector<std::string> problems(data.items.size());
    parallelFor(
        static_cast<std::int64_t>(data.items.size()), 0,
        [&](std::int64_t i) {
            const Item& item = data.items[static_cast<std::size_t>(i)];
            const auto file = folder / "audio" / (asFileName(item.id) + ".wav");
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
    std::int64_t written = 0;
    for (std::size_t i = 0; i < data.items.size(); ++i) {
        const Item& item = data.items[i];
        Json line = {{"id", item.id},
                     {"audio", "audio/" + asFileName(item.id) + ".wav"},
                     {"question", item.question},
                     {"options", item.options},
                     {"prompt", questionText(item.question, item.options)}};
        prompts += line.dump() + "\n";
        written += problems[i].empty() ? 1 : 0;
        if (!problems[i].empty())
            failed += Json{{"id", item.id}, {"problem", problems[i]}}.dump() + "\n";
    }
    if (!failed.empty())
        writeFileAtomically(folder / "problems.jsonl", failed);
    else
        std::filesystem::remove(folder / "problems.jsonl"); // of an earlier try
    writeFileAtomically(folder / "prompts.jsonl", prompts);
    return written;
}

} // namespace binaurium
