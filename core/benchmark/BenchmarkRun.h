// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/BenchmarkData.h"
#include "core/benchmark/report/ReportFolder.h"
#include "core/model/HearingModel.h"

namespace binaurium {

inline constexpr std::size_t itemsTogether = 8; // rendered side by side, asked in one call, written at once

struct BenchmarkOptions
{
    std::filesystem::path data;
    DataOptions sample; // its seed is that of the whole run
    std::filesystem::path output;
    std::vector<std::filesystem::path> headFolders;
    ModelOptions model;
    std::vector<Control> controls; // beside "none", which is always asked
    int rotationItems = 1000;      // asked with their options in every rotation; drawn by seed
    int maxTokens = 48;            // of the free answer, which is asked once per item, without control
    bool localization = true;      // the localisation lane, on the scenes of the items
    bool baselines = true;         // the systems of HeardBaselines.h
    bool resume = false;           // go on with the folder instead of refusing it
    BootstrapOptions bootstrap;
    [[nodiscard]] bool isValid(std::string* error) const;
};

// Every control but "none".
[[nodiscard]] std::vector<Control> allControls();
// At most 5 minutes on two cores: a sample of items, each with all controls, a quarter of them rotated.
void makeQuick(BenchmarkOptions& options);

// Asks everything and writes into the folder `output`:
//   items.jsonl         what was asked, so that the folder can be read alone
//   results.jsonl       a line per item, control and rotation, as they come
//   localization.jsonl  a line per scene
//   systems/            answers of the baselines that hear (HeardBaselines.h)
//   report.json, report.md
// Stopping leaves these up to the last finished items, marked as partial; `resume` goes on there. An item whose audio
// cannot be made counts as wrong and is named; when that happens to the very first one for want of a head or sound, the
// run is refused (Missing). Throws as readBenchmarkData() and HearingModel::load().
BenchmarkReport runBenchmark(const BenchmarkOptions& options, const ProgressCallback& progress);
// The same with a model that is loaded already.
BenchmarkReport runBenchmark(const BenchmarkOptions& options, HearingModel& model, const ProgressCallback& progress);

} // namespace binaurium
