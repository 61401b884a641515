// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/OpenReport.h"

#include "core/dataset/DatasetFolder.h"
#include "core/model/ModelFolder.h"
#include "core/support/Error.h"
#include "core/support/Sha256.h"

#include <QCoreApplication>

namespace binaurium {
namespace {

QString staleness(const BenchmarkReport& report)
{
    try {
        if (sha256OfFile(findModelFolder(report.key.model) / "manifest.json") == report.key.modelSha256)
            return {};
        return QCoreApplication::translate("OpenReport", "stale: the model '%1' of this computer is another one now")
            .arg(QString::fromStdString(report.key.model));
    } catch (const Error&) {
        return {}; // a model of another place, or predictions: nothing to compare with
    }
}

} // namespace

OpenReport OpenReport::read(const std::filesystem::path& folder)
{
    OpenReport open;
    open.folder = folder;
    open.report = readReport(folder);
    readItems(folder / "items.jsonl", [&](Item&& item) { open.items.push_back(std::move(item)); });
    open.lines = readResults(folder / "results.jsonl").lines;
    for (std::size_t i = 0; i < open.lines.size(); ++i)
        if (open.lines[i].control == "none" && open.lines[i].rotation == 0)
            open.answers.emplace(open.lines[i].id, i);
    open.stale = staleness(open.report);
    return open;
}

} // namespace binaurium
