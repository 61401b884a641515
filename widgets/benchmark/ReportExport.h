// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/benchmark/OpenReport.h"

#include <QString>

namespace binaurium {

// What is shown of a report as a figure.
enum class BenchmarkFigure { Scores, Confusion, Reliability, Errors, Directions, Probes };

// Tables of all reports: .tex (booktabs), .csv, .md or .json by the ending. Throws Usage for another one.
void exportScores(const std::vector<BenchmarkReport>& reports, const std::string& scorer,
                  const std::filesystem::path& file);

// Figure of one report (.pdf, .svg, .png), and beside it captionFileOf() with a caption: model, data, hashes, seed, n,
// interval method. `task` names the matrix of Confusion. Throws Usage where the report has not what is to be shown.
void exportReportFigure(const OpenReport& open, BenchmarkFigure figure, const std::string& task, double widthMm,
                        const std::filesystem::path& file);

} // namespace binaurium
