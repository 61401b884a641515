// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"
#include "core/dataset/Audit.h"
#include "core/dataset/FrozenSet.h"
#include "core/dataset/MakeDataset.h"
#include "core/dataset/SoundCatalogue.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Json.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>

namespace binaurium::cli {
namespace {

std::vector<std::filesystem::path> paths(const std::vector<std::string>& names)
{
    return {names.begin(), names.end()};
}

// "A..B": units A to B - 1.
void readRange(const std::string& text, MakeOptions& options)
{
    long long first = 0;
    long long end = 0;
    char rest = 0;
    if (std::sscanf(text.c_str(), "%lld..%lld%c", &first, &end, &rest) != 2)
        throw Error(ErrorKind::Usage, "--items needs a range such as 0..10000");
    options.first = first;
    options.end = end;
}

void report(const AuditReport& audit, const std::filesystem::path& folder)
{
    std::filesystem::create_directories(folder);
    writeFileAtomically(folder / "audit.json", auditToJson(audit).dump(1) + "\n");
    writeFileAtomically(folder / "audit.md", auditToMarkdown(audit));
}

// The sentence of a set that fails its audit.
Error unsound(const AuditReport& audit, const std::string& name)
{
    std::string what = "fails its audit and cannot serve as a test:";
    if (audit.leakCount > 0) {
        what += " " + std::to_string(audit.leakCount) +
                " things stand in two splits (first: " + audit.leaks.front().kind + " " + audit.leaks.front().name +
                " in " + audit.leaks.front().splits + ");";
    }
    if (audit.duplicateIds > 0)
        what += " " + std::to_string(audit.duplicateIds) + " ids stand twice;";
    if (audit.oracleWrong > 0)
        what += " " + std::to_string(audit.oracleWrong) +
                " answers are not what their program gives (first: " + audit.oracleProblem + ");";
    if (audit.blind.excess() > blindMargin)
        what += " the words alone give the answer more often than chance;";
    return badInput(name, what + " see audit.md");
}

// The recipe with all its scenes in measured rooms; their files become part of it.
DatasetRecipe inRooms(const DatasetRecipe& recipe, const std::vector<std::string>& rooms)
{
    if (rooms.empty())
        return recipe;
    Json document = recipe.document;
    document["scene"]["measured_share"] = 1.0;
    document["scene"]["rooms"] = Json::array();
    for (const auto& room : rooms)
        document["scene"]["rooms"].push_back(std::filesystem::absolute(room).string());
    return recipeFromJson(document, recipe.name);
}

void addMake(CLI::App& dataset)
{
    auto* command = dataset.add_subcommand("make", "Make the items of a recipe; goes on where it was stopped");
    struct Arguments
    {
        std::string recipe, output, range;
        std::vector<std::string> heads, rooms;
        int threads = 0;
        std::int64_t audioSample = 100;
        bool audit = true;
    };
    auto a = std::make_shared<Arguments>();
    command->add_option("recipe", a->recipe, "Recipe (.toml) or the name of a built-in one: small, full")->required();
    command->add_option("-o,--output", a->output, "Folder of the data set")->required();
    command->add_option("--items", a->range, "Only the units A..B of the recipe (array jobs; join with merge)");
    command->add_option("--heads", a->heads, "Folders of SOFA files, searched first");
    command->add_option("--rooms", a->rooms, "SOFA files of measured rooms: all scenes take place there");
    command->add_option("--threads", a->threads, "0: one per processor");
    command->add_option("--audio-sample", a->audioSample, "Items whose audio the audit measures; -1: all")
        ->capture_default_str();
    command->add_flag("!--no-audit", a->audit, "Leave out the audit");
    command->callback([a] {
        MakeOptions options;
        options.headFolders = paths(a->heads);
        options.threads = a->threads;
        if (!a->range.empty())
            readRange(a->range, options);
        const auto made = makeDataset(inRooms(readRecipe(a->recipe), a->rooms), a->output, options, progressOnStderr());
        std::cout << made.items << " items made, " << made.reused << " shards were there already, " << made.empty
                  << " units found no scene; the set is " << (made.complete ? "complete" : "partial") << "\n";
        if (!made.complete || !a->audit)
            return;
        AuditOptions check{a->audioSample, options.headFolders, a->threads};
        const auto audit = auditDatasets({a->output}, check, progressOnStderr());
        report(audit, a->output);
        std::cout << auditToMarkdown(audit);
        if (!audit.isSound())
            throw unsound(audit, a->output);
    });
}

void addMerge(CLI::App& dataset)
{
    auto* command = dataset.add_subcommand("merge", "Join parts of one recipe that were made with --items");
    auto parts = std::make_shared<std::vector<std::string>>();
    auto output = std::make_shared<std::string>();
    command->add_option("parts", *parts, "Folders of the parts")->required();
    command->add_option("-o,--output", *output, "Folder of the whole")->required();
    command->callback([parts, output] {
        mergeDatasets(paths(*parts), *output);
        std::cout << "the merged set is "
                  << (DatasetFolder::open(*output).isComplete() ? "complete" : "partial: units are missing") << "\n";
    });
}

void addAudit(CLI::App& dataset)
{
    auto* command = dataset.add_subcommand("audit", "Check sets for leaks, wrong answers, bias and broken audio");
    struct Arguments
    {
        std::vector<std::string> sets, heads;
        std::string sample = "500", output;
        int threads = 0;
        bool json = false;
    };
    auto a = std::make_shared<Arguments>();
    command->add_option("sets", a->sets, "Data sets (folders or .jsonl files), checked together")->required();
    command->add_option("--heads", a->heads, "Folders of SOFA files, searched first");
    command->add_option("--audio-sample", a->sample, "Items whose audio is rendered and measured: a number or 'all'")
        ->capture_default_str();
    command->add_option("-o,--output", a->output, "Folder for audit.json and audit.md");
    command->add_option("--threads", a->threads, "0: one per processor");
    command->add_flag("--json", a->json, "The report as JSON on stdout");
    command->callback([a] {
        AuditOptions options{500, paths(a->heads), a->threads};
        if (a->sample == "all")
            options.audioSample = -1;
        else if (std::sscanf(a->sample.c_str(), "%ld", &options.audioSample) != 1 || options.audioSample < 0)
            throw Error(ErrorKind::Usage, "--audio-sample needs a number or 'all'");
        const auto audit = auditDatasets(paths(a->sets), options, progressOnStderr());
        if (!a->output.empty())
            report(audit, a->output);
        std::cout << (a->json ? auditToJson(audit).dump(1) + "\n" : auditToMarkdown(audit));
        if (!audit.isSound())
            throw unsound(audit, a->sets.front());
    });
}

struct FreezeArguments
{
    std::string set, output, frozen, split = "test", sample = "100";
    std::vector<std::string> heads;
    FreezeOptions options;
};

void addFreeze(CLI::App& dataset)
{
    auto* command =
        dataset.add_subcommand("freeze", "Nail a split down in one small file: hashes and audio fingerprints");
    auto a = std::make_shared<FreezeArguments>();
    command->add_option("set", a->set, "Complete data set")->required();
    command->add_option("-o,--output", a->output, "File to write (.json)")->required();
    command->add_option("--split", a->split, "train, validation or test")->capture_default_str();
    command->add_option("--heads", a->heads, "Folders of SOFA files, searched first");
    command->add_option("--threads", a->options.threads, "0: one per processor");
    command->callback([a] {
        a->options.headFolders = paths(a->heads);
        const auto frozen = freeze(a->set, splitFromId(a->split), a->options, progressOnStderr());
        // One item per line, so that changes can be read.
        Json head = frozenToJson(frozen);
        const Json items = std::move(head["items"]);
        head.erase("items");
        std::string text = head.dump(1);
        text.resize(text.size() - 2); // "\n}"
        text += ",\n \"items\": [";
        for (std::size_t i = 0; i < items.size(); ++i)
            text += (i == 0 ? "\n  " : ",\n  ") + items[i].dump();
        writeFileAtomically(a->output, text + "\n ]\n}\n");
        std::cout << frozen.items.size() << " items, " << frozen.sounds.size() << " sound files, "
                  << frozen.heads.size() << " heads in " << a->output << "\n";
    });
}

void addVerify(CLI::App& dataset)
{
    auto* command = dataset.add_subcommand("verify", "Compare a data set with its frozen file");
    auto a = std::make_shared<FreezeArguments>();
    command->add_option("frozen", a->frozen, "File of 'dataset freeze'")->required();
    command->add_option("set", a->set, "Data set made from the same recipe")->required();
    command->add_option("--heads", a->heads, "Folders of SOFA files, searched first");
    command->add_option("--audio-sample", a->sample, "Items whose audio is rendered: a number or 'all'")
        ->capture_default_str();
    command->add_option("--threads", a->options.threads, "0: one per processor");
    command->callback([a] {
        a->options.headFolders = paths(a->heads);
        long sample = -1;
        if (a->sample != "all" && (std::sscanf(a->sample.c_str(), "%ld", &sample) != 1 || sample < 0))
            throw Error(ErrorKind::Usage, "--audio-sample needs a number or 'all'");
        const auto frozen = frozenFromJson(readJson(a->frozen), a->frozen);
        const auto result = compareFrozen(frozen, a->set, sample, a->options, progressOnStderr());
        constexpr std::size_t shown = 20;
        for (std::size_t i = 0; i < std::min(shown, result.problems.size()); ++i)
            std::cout << result.problems[i] << "\n";
        if (!result.problems.empty())
            throw badInput(a->set,
                           "differs from " + a->frozen + " in " + std::to_string(result.problems.size()) + " points");
        std::printf("%ld items as frozen; audio of %ld differs by at most %.2f dB and %.0f us\n",
                    static_cast<long>(result.items), static_cast<long>(result.rendered), result.largestLevelDb,
                    result.largestItdUs);
    });
}

} // namespace

void addDatasetCommand(CLI::App& app)
{
    auto* dataset = app.add_subcommand("dataset", "Sounds, questions and sets of them");
    dataset->require_subcommand(1);
    addCatalogue(*dataset);
    addMake(*dataset);
    addMerge(*dataset);
    addAudit(*dataset);
    addFreeze(*dataset);
    addVerify(*dataset);
    addExchange(*dataset);
    addReword(*dataset);
}

} // namespace binaurium::cli
