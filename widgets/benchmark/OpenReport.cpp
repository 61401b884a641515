// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/OpenReport.h"

#include "core/benchmark/report/BenchmarkData.h"
#include "core/benchmark/report/ReportFolder.h"
#include "core/benchmark/report/ReportTables.h"
#include "core/model/ModelFolder.h"
#include "core/support/Error.h"
#include "core/support/Sha256.h"

#include <QCoreApplication>

namespace binaurium {
namespace {

struct OpenReportWords
{
    Q_DECLARE_TR_FUNCTIONS(OpenReport)
};

QString stalenessOfModel(const ResultKey& key)
{
    try {
        if (sha256OfFile(findModelFolder(key.model) / "manifest.json") == key.modelSha256)
            return {};
    } catch (const Error&) {
        return {}; // a model of another place, or predictions: nothing to compare with
    }
    return OpenReportWords::tr("stale: the model '%1' of this computer is another one now")
        .arg(QString::fromStdString(key.model));
}

QString stalenessOfData(const BenchmarkReport& report)
{
    const auto& source = report.source;
    if (source.path.empty() || !std::filesystem::exists(source.path))
        return {};
    DataOptions options;
    options.split = report.split;
    options.tasks = source.tasks;
    options.foaHead = source.foaHead;
    try {
        if (readBenchmarkData(source.path, options).sha256 == report.key.dataSha256)
            return {};
    } catch (const Error&) { // no longer what they were either
    }
    return OpenReportWords::tr("stale: the data in %1 have changed").arg(QString::fromStdString(source.path));
}

} // namespace

OpenReport OpenReport::read(const std::filesystem::path& folder)
{
    OpenReport open;
    open.folder = folder;
    open.report = readReport(folder);
    open.items = readReportItems(folder);
    open.lines = readResults(folder / "results.jsonl").lines;
    for (std::size_t i = 0; i < open.lines.size(); ++i)
        if (open.lines[i].control == "none" && open.lines[i].rotation == 0)
            open.answers.emplace(open.lines[i].id, i);
    open.scenes = readLocalizedScenes(folder / "localization.jsonl");
    if (std::filesystem::exists(folder / "probes.json"))
        open.probes = readProbeReport(folder);
    open.text = QString::fromStdString(reportToMarkdown(open.report, open.items, open.lines));
    return open;
}

QString stalenessOf(const BenchmarkReport& report)
{
    const auto model = stalenessOfModel(report.key);
    return model.isEmpty() ? stalenessOfData(report) : model;
}

} // namespace binaurium
