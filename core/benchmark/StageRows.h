// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/BenchmarkReport.h"
#include "core/model/HearingModel.h"

namespace binaurium {

// Asks further models (the same one after earlier stages of its training) the items of a report, without control and by
// likelihood, and adds them to it as rows beside the model; each is called "stage" and its folder, and
// written to systems/stage-NAME.jsonl as it comes, so stopped work goes on. Throws as readReport() and
// HearingModel::load(); Interrupted leaves what was asked.
BenchmarkReport addStages(const std::filesystem::path& report, const std::vector<ModelOptions>& models,
                          const std::vector<std::filesystem::path>& headFolders, const ProgressCallback& progress);

// The same for one model that is loaded already.
BenchmarkReport addStage(const std::filesystem::path& report, HearingModel& model, const std::string& name,
                         const std::vector<std::filesystem::path>& headFolders, const ProgressCallback& progress);

} // namespace binaurium
