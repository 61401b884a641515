// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/BenchmarkReport.h"

#include <filesystem>
#include <string>
#include <vector>

namespace binaurium {

// "Where it fails", from the numbers of a report alone: tasks that are not clearly above chance, controls that take
// nothing away, systems beside the model that are better, tasks at which the encoder alone is better, front/back
// reversals by group, exchanged ears that are not followed, swap pairs; and the items that are wrong with the highest
// confidence (at most ten), each with a link LINKS/ID.item.json where `links` is not empty.
[[nodiscard]] std::string failuresToMarkdown(const BenchmarkReport& report, const std::vector<Item>& items,
                                             const std::vector<ResultLine>& lines, const std::string& links);

// Writes the text as failures.md and those items as ID.item.json into `folder`: question, scene, program and evidence,
// with what was answered under each control. `links` is how failures.md names this folder.
void writeFailures(const std::filesystem::path& report, const std::filesystem::path& folder, const std::string& links);

} // namespace binaurium
