// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/localization/LocalizationReport.h"
#include "core/benchmark/report/ResultLine.h"
#include "core/model/HearingModel.h"

#include <fstream>
#include <set>

namespace binaurium {

// "Who is where" in the scenes of a benchmark, without language: a line per scene in localization.jsonl
// ("binaurium-benchmark-localization" version 1, with the key of the run), appended as they come; a cut last line is
// dropped and heard again.
class LocalizationLane
{
public:
    // Where not `wanted`, nothing is read or written.
    LocalizationLane(std::filesystem::path file, const ResultKey& key, bool wanted);

    // Whether the scene of the item is still to be heard.
    [[nodiscard]] bool wants(const Item& item) const;
    // Adds what was heard of the scene. `audio` at 32 kHz, as the item sounds.
    void add(const Item& item, const AudioBuffer& audio, const Localization& heard);
    [[nodiscard]] Json report(const BootstrapOptions& options) const;

private:
    std::filesystem::path file_;
    bool wanted_;
    std::set<std::string> done_; // scenes
    std::vector<LocalizedScene> scenes_;
    std::ofstream stream_;
};

// What `heard` says about the true sources of a scene: matched for the smallest sum of angles.
[[nodiscard]] LocalizedScene matchScene(const Item& item, const Localization& heard);

} // namespace binaurium
