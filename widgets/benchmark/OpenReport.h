// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/BenchmarkReport.h"

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
    QString stale;                                        // why the numbers may be out of date; empty: they are not

    // Throws Missing or BadInput.
    [[nodiscard]] static OpenReport read(const std::filesystem::path& folder);
};

} // namespace binaurium
