// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/localization/LocalizationScore.h"
#include "core/benchmark/localization/SeldScore.h"
#include "core/benchmark/statistics/Bootstrap.h"
#include "core/dataset/Item.h"
#include "core/dataset/SceneFacts.h"

#include <filesystem>
#include <optional>

namespace binaurium {

// What was heard in one scene. Only sources that neither move nor are moved past have one direction; the others count
// in the frames (SELD) alone.
struct LocalizedScene
{
    std::string cluster;             // clusterOf() of its item
    std::vector<std::string> groups; // "sources:2", "rt60:moderate", "snr:10 to 20 dB", "head:listen_1002", ...
    struct Source
    {
        LocalizationCase heard;
        std::string label;
        std::vector<std::string> groups; // "class:bell", "distance:1 to 2 m"
    };
    std::vector<Source> still;
    std::optional<double> classicalAzimuthDeg; // of scenes with one source
    SeldCounts seld;
};
[[nodiscard]] Json toJson(const LocalizedScene& scene);
[[nodiscard]] LocalizedScene localizedSceneFromJson(const JsonObject& object);

// localization.jsonl of a report; empty where there is none. Throws BadInput with the line; a cut last line is left
// out.
[[nodiscard]] std::vector<LocalizedScene> readLocalizedScenes(const std::filesystem::path& file);

// Strata of an item's scene: number of sources, reverberation time at 1 kHz (dry, moderate, reverberant, as questions
// name them, or free field), level of the loudest source over the noise, head, whether the head is one of the training
// split, movement. Throws BadInput.
[[nodiscard]] std::vector<std::string> sceneGroups(const Item& item);
[[nodiscard]] std::string distanceGroup(double distanceM);
// By the direct sound of the loudest of the scene's sources (`facts`) over its noise.
[[nodiscard]] std::string snrGroup(const Scene& scene, const SceneFacts& facts);

// All groups with their scores and intervals (bootstrap over scenes) for the model, the classical localiser on scenes
// with one source, and SELD over all frames. Null for no scenes.
[[nodiscard]] Json localizationReport(const std::vector<LocalizedScene>& scenes, const BootstrapOptions& options);
// Its tables, for reading.
[[nodiscard]] std::string localizationToMarkdown(const Json& report);

} // namespace binaurium
