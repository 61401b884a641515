// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/ResultLine.h"
#include "core/benchmark/statistics/Bootstrap.h"
#include "core/dataset/Item.h"

namespace binaurium {

// Reads the folders of reports, separated by commas.
[[nodiscard]] ComparedSystem readSystem(const std::string& folders);

struct ComparisonRow
{
    std::string scorer;
    std::string group;
    int n = 0;
    double first = 0.0, second = 0.0;
    PairedDifference difference;   // first - second
    double pAdjusted = 1.0;        // Holm, over the groups of one scorer
    std::optional<double> mcNemar; // exact; 1 where a system has several runs
    double seedSpread = 0.0;       // largest standard deviation over the runs of either system
};

// Two systems on the items that both were asked; refuses (BadInput) systems of different data. Rows for all items, each
// level and each task.
[[nodiscard]] std::vector<ComparisonRow> compareSystems(const std::vector<Item>& items, const ComparedSystem& first,
                                                        const ComparedSystem& second,
                                                        const BootstrapOptions& options = {});
[[nodiscard]] Json comparisonToJson(const std::vector<ComparisonRow>& rows, const ComparedSystem& first,
                                    const ComparedSystem& second);
[[nodiscard]] std::string comparisonToMarkdown(const std::vector<ComparisonRow>& rows, const ComparedSystem& first,
                                               const ComparedSystem& second);

} // namespace binaurium
