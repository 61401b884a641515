// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/localization/LocalizationReport.h"
#include "core/benchmark/report/BenchmarkReport.h"
#include "core/benchmark/report/ProbeReport.h"

#include <QString>
#include <unordered_map>

namespace binaurium {

// A report with its items and answers.
struct OpenReport
{
    std::filesystem::path folder;
    BenchmarkReport report;
    std::vector<Item> items;
    std::vector<ResultLine> lines;
    std::unordered_map<std::string, std::size_t> answers; // item id -> its line without control and rotation
    std::vector<LocalizedScene> scenes;                   // of the localisation lane
    std::optional<ProbeReport> probes;
    QString text;  // all numbers
    QString stale; // why the numbers may be out of date; empty: they are not, or nobody has looked yet

    // Throws Missing or BadInput. Takes seconds for large reports, so not for the thread of the window.
    [[nodiscard]] static OpenReport read(const std::filesystem::path& folder);
};

// Whether the model or the data of a report have changed since it was made, in words; empty where they have not, or are
// not on this computer. Reads all items again, so not for the thread of the window.
[[nodiscard]] QString stalenessOf(const BenchmarkReport& report);

} // namespace binaurium
