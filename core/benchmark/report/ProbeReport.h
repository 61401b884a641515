// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/ResultLine.h"
#include "core/benchmark/statistics/Bootstrap.h"

namespace binaurium {

// How well a linear map reads one property of the source from one place of the model, on scenes that it was not fitted
// on.
struct ProbeScore
{
    std::string stage;    // "semantic", "encoder", "projector", "language"
    int layer = 0;        // of the language model, from 1; else 0
    std::string position; // "audio" or "answer"
    std::string target;   // "azimuth": mean error, degrees; "distance": mean |d - d'| / d; "class": share right
    double score = 0.0;
    Interval interval; // bootstrap over scenes
};

// Format "binaurium-probes" version 1: where in the model space is lost.
struct ProbeReport
{
    ResultKey key;
    std::string dataName;
    int scenes = 0;  // of one still source that can be heard
    int classes = 0; // labels among them
    int folds = 0;   // split by scene
    std::string question;
    BootstrapOptions bootstrap;
    std::vector<ProbeScore> scores;    // in the order of the model's layers, azimuth, distance, class each
    double azimuthConstantDeg = 0.0;   // error of the mean direction of the training folds
    double distanceConstant = 0.0;     // of their median distance (in logarithms)
    double classConstant = 0.0;        // of their most frequent label
    std::vector<std::string> problems; // scenes that could not be heard, at most 20
    [[nodiscard]] const ProbeScore* find(const std::string& stage, int layer, const std::string& position,
                                         const std::string& target) const;
};
inline constexpr const char* probeTargets[] = {"azimuth", "distance", "class"};

[[nodiscard]] Json toJson(const ProbeReport& report);
[[nodiscard]] ProbeReport probeReportFromJson(const Json& json, const std::string& name);
// The file, or probes.json of a folder. Throws Missing or BadInput.
[[nodiscard]] ProbeReport readProbeReport(const std::filesystem::path& path);
// A table, a line per place, and what was done in words.
[[nodiscard]] std::string probesToMarkdown(const ProbeReport& report);
[[nodiscard]] std::string captionOf(const ProbeReport& report);

} // namespace binaurium
