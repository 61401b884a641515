// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/BenchmarkReport.h"

#include <functional>
#include <string>
#include <vector>

namespace binaurium {

// Reports side by side: a row per task or level, a column per run; baselines always beside them.
enum class TableFormat { Markdown, Latex, Csv };

struct TableOptions
{
    TableFormat format = TableFormat::Markdown;
    std::string scorer = "likelihood";
    std::vector<std::string> kinds{"level", "task"}; // groups, after "all"
};

// Scores in per cent with 95 % intervals. LaTeX uses booktabs and escapes every name; CSV has one number per cell
// (quoted where needed). Reports that are not complete are marked "partial".
[[nodiscard]] std::string scoreTable(const std::vector<BenchmarkReport>& reports, const TableOptions& options);

// A row per lane (OutsideData.h, and listeners): the models that were asked there, n and score; "not measured" where no
// report is about it. Reports whose items come from several lanes stand in each.
[[nodiscard]] std::string laneTable(const std::vector<BenchmarkReport>& reports, TableFormat format);

// Score of one report under each control, and score minus prior.
[[nodiscard]] std::string controlTable(const BenchmarkReport& report, TableFormat format);

// A whole report for reading: head (model, data, seed, intervals), scores, controls, pairs, rotation, letters, mirror,
// localisation, problems, and the items that fail with the highest confidence.
[[nodiscard]] std::string reportToMarkdown(const BenchmarkReport& report, const std::vector<Item>& items,
                                           const std::vector<ResultLine>& lines);

// The table of those items, with what was said and its probability; `linkOf` makes the file that an id links to.
[[nodiscard]] std::string failingToMarkdown(const BenchmarkReport& report, const std::vector<Item>& items,
                                            const std::vector<ResultLine>& lines,
                                            const std::function<std::string(const std::string& id)>& linkOf = {});

// What a caption must say: model, data, hashes, seed, n, interval method.
[[nodiscard]] std::string captionOf(const BenchmarkReport& report);

// Special characters of LaTeX as text.
[[nodiscard]] std::string latexEscaped(const std::string& text);

} // namespace binaurium
