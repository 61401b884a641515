// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/BenchmarkData.h"
#include "core/benchmark/report/ProbeReport.h"
#include "core/model/HearingModel.h"

namespace binaurium {

struct ProbeOptions
{
    std::filesystem::path data;
    DataOptions sample;           // of the items whose scenes are heard; its limit counts scenes here
    std::filesystem::path output; // probes.json there when it is a folder
    std::vector<std::filesystem::path> headFolders;
    ModelOptions model;
    std::string question = "Where is the sound?"; // the same for all, so that only the audio differs
    int folds = 5;
    BootstrapOptions bootstrap;
    [[nodiscard]] bool isValid(std::string* error) const;
};

// Hears every scene with exactly one source that stands still and can be heard, reads all layers and fits linear probes
// for azimuth (sine and cosine), logarithm of the distance and class (one output per label; the largest counts), each
// row predicted by a map that has not seen its scene. Scenes that cannot be heard are named and left out. Throws as
// readBenchmarkData() and HearingModel::load(); BadInput where fewer than 20 scenes are left; Interrupted leaves
// nothing.
ProbeReport runProbes(const ProbeOptions& options, const ProgressCallback& progress);
// The same with a model that is loaded already; Usage where its layers cannot be looked at.
ProbeReport runProbes(const ProbeOptions& options, HearingModel& model, const ProgressCallback& progress);

} // namespace binaurium
