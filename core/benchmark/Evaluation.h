// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/localization/LocalizationScore.h"
#include "core/dataset/SoundCatalogue.h"
#include "core/model/HearingModel.h"

#include <map>

namespace binaurium {

// A first measurement of a whole model: single sources heard through one unseen head, in unseen rooms, with unseen
// sounds, and direction questions with unseen wordings about them, once with the audio and once with silence.
struct EvaluationOptions
{
    ModelOptions model;
    std::string head = "listen_1002";
    std::vector<std::string> headFolders;
    SoundSet sounds = SoundSet::Shipped; // whose test split is heard
    int scenes = 500;
    int questions = 500; // at most this many of the scenes are asked about
    double durationS = 4.0;
    std::uint64_t seed = 20'000; // far from training seeds
    [[nodiscard]] bool isValid(std::string* error) const;
};

struct EvaluationReport
{
    LocalizationScore localization;
    // The same of some scenes: "elevation:-15 to 30", "room:free field", "sound:bell", ...
    std::map<std::string, LocalizationScore> groups;
    int asked = 0;
    int right = 0;        // by likelihood
    int rightSilence = 0; // the same questions with silence
    int parsedRight = 0;  // by the free answer
    int parsed = 0;       // free answers that name exactly one option
};

// Throws Missing when the model or the head is not on this computer; Interrupted leaves nothing.
[[nodiscard]] EvaluationReport evaluate(const EvaluationOptions& options, const ProgressCallback& progress);
[[nodiscard]] Json evaluationToJson(const EvaluationReport& report, const EvaluationOptions& options);

} // namespace binaurium
