// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"
#include "core/benchmark/report/CompareReports.h"
#include "core/benchmark/report/Failures.h"
#include "core/benchmark/report/ReportFolder.h"
#include "core/benchmark/report/ReportTables.h"
#include "core/support/AtomicFile.h"

#ifdef BINAURIUM_WITH_TORCH
#include "app/cli/AudioInput.h"
#include "core/benchmark/BenchmarkRun.h"
#include "core/benchmark/ProbeRun.h"
#include "core/benchmark/StageRows.h"
#endif

#include <iostream>
#include <memory>
#include <sstream>

namespace binaurium::cli {
namespace {

struct BenchArguments
{
    std::string data;
    std::string output;
    std::string controls = "all";
    std::string predictions;
    std::string name = "predictions";
    std::vector<std::string> heads;
    DataOptions sample;
    BootstrapOptions bootstrap;
    int rotations = 1000;
    int maxTokens = 48;
    bool quick = false;
    bool resume = false;
    bool localization = true;
    bool baselines = true;
    bool json = false;
#ifdef BINAURIUM_WITH_TORCH
    ModelOptions model;
#endif
};

void addDataOptions(CLI::App& command, BenchArguments& a)
{
    command.add_option("--data", a.data,
                       "Data set, items (.jsonl), recordings, TWNM-FOA, SpatialSoundQA or DCASE files");
    command.add_option("-o,--output", a.output, "New folder");
    command.add_option("--split", a.sample.split, "test, validation, train, or '' for all")->capture_default_str();
    command.add_option("--limit", a.sample.limit, "So many items, drawn by seed, twins together; -1: all")
        ->capture_default_str();
    command.add_option("--seed", a.sample.seed, "Seed of the sample, of noise and of rotations")->capture_default_str();
    command.add_option("--tasks", a.sample.tasks, "Only these tasks")->delimiter(',');
    command.add_option("--heads", a.heads, "Folders of SOFA files, searched first");
    command.add_option("--foa-head", a.sample.foaHead,
                       "Hear four channels (ambisonics, ACN order, SN3D) through this SOFA file or head");
}

void requireDataAndOutput(const BenchArguments& a)
{
    if (a.data.empty() || a.output.empty())
        throw Error(ErrorKind::Usage, "bench: give --data and -o");
}

void show(const BenchmarkReport& report, const BenchArguments& a)
{
    if (a.json)
        std::cout << reportToJson(report).dump(1) << '\n';
    else
        std::cout << captionOf(report) << "\n\n"
                  << scoreTable({report},
                                {TableFormat::Markdown,
                                 report.find("model", "none", "likelihood", "all") != nullptr ? "likelihood" : "text",
                                 {"level", "task"}})
                  << "\nThe whole report: " << a.output << "/report.md\n";
}

#ifdef BINAURIUM_WITH_TORCH
std::vector<Control> controlsOf(const std::string& text)
{
    if (text == "all")
        return allControls();
    std::vector<Control> controls;
    std::istringstream in(text);
    for (std::string id; text != "none" && std::getline(in, id, ',');) {
        const auto control = controlFromId(id);
        if (!control || *control == Control::None)
            throw Error(ErrorKind::Usage, "there is no control '" + id + "'; docs/benchmark.md lists them");
        controls.push_back(*control);
    }
    return controls;
}

void runModel(const BenchArguments& a)
{
    BenchmarkOptions options;
    options.data = a.data;
    options.output = a.output;
    options.sample = a.sample;
    options.headFolders.assign(a.heads.begin(), a.heads.end());
    options.model = a.model;
    options.controls = controlsOf(a.controls);
    options.rotationItems = a.rotations;
    options.maxTokens = a.maxTokens;
    options.localization = a.localization;
    options.baselines = a.baselines;
    options.resume = a.resume;
    options.bootstrap = a.bootstrap;
    if (a.quick)
        makeQuick(options);
    show(runBenchmark(options, progressOnStderr()), a);
}
#else
[[noreturn]] void requireModels()
{
    throw missing("this build has no models (libtorch was not found when it was built)",
                  "build with the preset 'release', or score --predictions");
}
void runModel(const BenchArguments&)
{
    requireModels();
}
#endif

void bench(const BenchArguments& a)
{
    requireDataAndOutput(a);
    if (a.predictions.empty()) {
        runModel(a);
        return;
    }
    const auto data = readBenchmarkData(a.data, a.sample);
    show(scorePredictions(data, a.sample.split, a.predictions, a.name, a.output, a.bootstrap), a);
}

void addBenchExport(CLI::App& bench)
{
    auto* command = bench.add_subcommand("export", "Write audio and prompts, without answers, for another system");
    auto a = std::make_shared<BenchArguments>();
    addDataOptions(*command, *a);
    command->callback([a] {
        requireDataAndOutput(*a);
        const auto data = readBenchmarkData(a->data, a->sample);
        const auto count = exportBenchmark(data, {a->heads.begin(), a->heads.end()}, a->output, progressOnStderr());
        const auto failed = static_cast<std::int64_t>(data.items.size()) - count;
        std::cout << count << " items written to " << a->output << "; score the answers with bench --predictions\n";
        if (failed > 0)
            std::cout << failed << " could not be rendered: " << a->output << "/problems.jsonl says why\n";
    });
}

void addCompare(CLI::App& bench)
{
    auto* command = bench.add_subcommand("compare", "Two systems on the same items: paired differences with intervals");
    struct Arguments
    {
        std::string first, second, items;
        bool json = false;
    };
    auto a = std::make_shared<Arguments>();
    command->add_option("first", a->first, "Folder of a report, or several (seeds) separated by commas")->required();
    command->add_option("second", a->second, "Likewise")->required();
    command->add_flag("--json", a->json, "One JSON document on stdout");
    command->callback([a] {
        const auto first = readSystem(a->first);
        const auto second = readSystem(a->second);
        const auto items = readReportItems(a->first.substr(0, a->first.find(',')));
        const auto rows = compareSystems(items, first, second);
        if (a->json)
            std::cout << comparisonToJson(rows, first, second).dump(1) << '\n';
        else
            std::cout << comparisonToMarkdown(rows, first, second);
    });
}

void addTable(CLI::App& bench)
{
    auto* command = bench.add_subcommand("table", "Reports side by side, for a paper");
    struct Arguments
    {
        std::vector<std::string> reports, kinds{"level", "task"};
        std::string format = "markdown", scorer = "likelihood", output;
        bool controls = false, lanes = false;
    };
    auto a = std::make_shared<Arguments>();
    command->add_option("reports", a->reports, "Folders of reports")->required();
    command->add_option("--format", a->format, "markdown, latex, csv or json")
        ->check(CLI::IsMember({"markdown", "latex", "csv", "json"}))
        ->capture_default_str();
    command->add_option("--scorer", a->scorer, "likelihood or text")->check(CLI::IsMember({"likelihood", "text"}));
    command->add_option("--groups", a->kinds, "level, task, sources, motion")->delimiter(',');
    command->add_flag("--controls", a->controls, "Score under each control instead");
    command->add_flag("--lanes", a->lanes, "Score by where the sound comes from instead; what has no data is said");
    command->add_option("-o,--output", a->output, "File (default: stdout)");
    command->callback([a] {
        std::vector<BenchmarkReport> reports;
        for (const auto& folder : a->reports)
            reports.push_back(readReport(folder));
        const auto format = a->format == "latex" ? TableFormat::Latex
                            : a->format == "csv" ? TableFormat::Csv
                                                 : TableFormat::Markdown;
        std::string text;
        if (a->format == "json") {
            Json all = Json::array();
            for (const auto& report : reports)
                all.push_back(reportToJson(report));
            text = all.dump(1) + "\n";
        } else if (a->lanes) {
            text = laneTable(reports, format);
        } else if (a->controls) {
            for (const auto& report : reports)
                text += controlTable(report, format);
        } else {
            text = scoreTable(reports, {format, a->scorer, a->kinds});
        }
        if (a->output.empty())
            std::cout << text;
        else
            writeFileAtomically(a->output, text);
    });
}

void addFailures(CLI::App& bench)
{
    auto* command = bench.add_subcommand("failures", "Where a report's model fails, with the worst items as files");
    struct Arguments
    {
        std::string report, output, links;
    };
    auto a = std::make_shared<Arguments>();
    command->add_option("report", a->report, "Folder of a report")->required();
    command->add_option("-o,--output", a->output, "Folder of failures.md and ID.item.json")->required();
    command->add_option("--links", a->links, "How the text names that folder (default: '.')");
    command->callback([a] {
        writeFailures(a->report, a->output, a->links.empty() ? "." : a->links);
        std::cout << "written: " << a->output << "/failures.md\n";
    });
}

void addStagesCommand(CLI::App& bench)
{
    auto* command =
        bench.add_subcommand("stages", "Add models of earlier stages to a report, as rows beside its model");
    struct Arguments
    {
        BenchArguments bench;
        std::vector<std::string> models;
    };
    auto a = std::make_shared<Arguments>();
    command->add_option("report", a->bench.output, "Folder of a report")->required();
    command->add_option("models", a->models, "Model folders, runs or names, in the order of training")->required();
    command->add_option("--heads", a->bench.heads, "Folders of SOFA files, searched first");
    command->add_flag("--json", a->bench.json, "The report as JSON on stdout");
#ifdef BINAURIUM_WITH_TORCH
    command->add_option("--threads", a->bench.model.threads, "Threads, 0: one per processor");
    command->callback([a] {
        std::vector<ModelOptions> models;
        for (const auto& name : a->models) {
            models.push_back(a->bench.model);
            models.back().model = name;
        }
        show(addStages(a->bench.output, models, {a->bench.heads.begin(), a->bench.heads.end()}, progressOnStderr()),
             a->bench);
    });
#else
    command->callback([] { requireModels(); });
#endif
}

void addProbe(CLI::App& bench)
{
    auto* command =
        bench.add_subcommand("probe", "Where space is lost: linear probes on encoders, projector and every layer");
    struct Arguments
    {
        BenchArguments bench;
        std::string question = "Where is the sound?";
        int folds = 5;
    };
    auto a = std::make_shared<Arguments>();
    a->bench.sample.limit = 400;
    addDataOptions(*command, a->bench);
    command->add_option("--question", a->question, "Asked of every scene")->capture_default_str();
    command->add_option("--folds", a->folds, "Parts of the scenes, each read by a probe that has not seen it")
        ->capture_default_str();
    command->add_option("--samples", a->bench.bootstrap.samples, "Resamples of the bootstrap")->capture_default_str();
    command->add_flag("--json", a->bench.json, "The probes as JSON on stdout");
#ifdef BINAURIUM_WITH_TORCH
    a->bench.model.dtype = "float32"; // the reference, unless asked otherwise
    addModelOptions(*command, a->bench.model);
    command->callback([a] {
        requireDataAndOutput(a->bench);
        ProbeOptions options;
        options.data = a->bench.data;
        options.sample = a->bench.sample;
        options.output = a->bench.output;
        options.headFolders.assign(a->bench.heads.begin(), a->bench.heads.end());
        options.model = a->bench.model;
        options.question = a->question;
        options.folds = a->folds;
        options.bootstrap = a->bench.bootstrap;
        const auto report = runProbes(options, progressOnStderr());
        if (a->bench.json)
            std::cout << toJson(report).dump(1) << '\n';
        else
            std::cout << probesToMarkdown(report);
    });
#else
    command->callback([] { requireModels(); });
#endif
}

} // namespace

void addBenchCommand(CLI::App& app)
{
    auto* command = app.add_subcommand("bench", "Measure a model, or the answers of another system, with intervals");
    auto a = std::make_shared<BenchArguments>();
    addDataOptions(*command, *a);
    command->add_option("--controls", a->controls, "all, none, or names separated by commas")->capture_default_str();
    command->add_option("--rotations", a->rotations, "Items whose options are rotated")->capture_default_str();
    command->add_option("--max-tokens", a->maxTokens, "Longest free answer")->capture_default_str();
    command->add_option("--samples", a->bootstrap.samples, "Resamples of the bootstrap")->capture_default_str();
    command->add_flag("--quick", a->quick, "120 items, a quarter of them rotated: minutes");
    command->add_flag("--resume", a->resume, "Go on with a stopped run in the same folder");
    command->add_flag("!--no-localization", a->localization, "Leave out the localisation lane");
    command->add_flag("!--no-baselines", a->baselines, "Leave out GCC-PHAT, the encoder alone and the cascade");
    command->add_option("--predictions", a->predictions, "Answers of another system (.jsonl) instead of a model");
    command->add_option("--name", a->name, "Its name in tables")->capture_default_str();
    command->add_flag("--json", a->json, "The report as JSON on stdout");
#ifdef BINAURIUM_WITH_TORCH
    a->model.dtype = "float32"; // the reference, unless asked otherwise
    addModelOptions(*command, a->model);
#endif
    addBenchExport(*command);
    addCompare(*command);
    addTable(*command);
    addProbe(*command);
    addStagesCommand(*command);
    addFailures(*command);
    command->callback([command, a] {
        if (command->get_subcommands().empty())
            bench(*a);
    });
}

} // namespace binaurium::cli
