// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/ResultLine.h"
#include "core/dataset/Item.h"

namespace binaurium {

// Answers of an outside system as result lines, one per item in the order of the items. The file (.jsonl) has a line
// per item: {"id": "...", "answer": "free text"}, or "scores": [a log-likelihood per option], or both; "control" and
// "rotation" where they are not "none" and 0. "sample_id" and "generated" are read as "id" and "answer". An item that
// is missing becomes a line with an error, so it counts as wrong. Refused (BadInput with the line): an id that stands
// twice, an id that the data do not hold, another number of scores than options.
[[nodiscard]] std::vector<ResultLine> readPredictions(const std::filesystem::path& file,
                                                      const std::vector<Item>& items);

} // namespace binaurium
