// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/ResultLine.h"
#include "core/dataset/HeardAnswers.h"
#include "core/model/HearingModel.h"

#include <array>
#include <set>

namespace binaurium {

// Systems beside the model, asked the same items by likelihood; each writes systems/ID.jsonl of the report:
//   gcc-phat  delay and level of the clip (ClassicalLocalizer.h) through the program of the question
//   encoder   the spatial encoder's sources through the program of the question, no language
//   cascade   the same sources as sentences before the question, the language model without audio
// The answer of the first two scores 0, the other options -1; where they have none, all options score alike, so the
// first one is taken, which is right as often as letters are balanced.
class HeardBaselines
{
public:
    static constexpr std::array ids{"gcc-phat", "encoder", "cascade"};

    // Files in systems/ of `folder`; goes on with those of the same run. Where not `wanted`, nothing is read or
    // written.
    HeardBaselines(const std::filesystem::path& folder, const ResultKey& key, bool wanted);

    // Whether a system still has to answer the item. Items without options have no likelihoods and are left out.
    [[nodiscard]] bool wants(const Item& item) const;

    struct Heard
    {
        const Item* item = nullptr;
        const AudioBuffer* audio = nullptr; // 32 kHz
        Localization localization;
        std::string error; // why there is no audio; such an item is wrong
    };
    void add(const std::vector<Heard>& heard, HearingModel& model);

private:
    std::vector<ResultLine> cascade(const std::vector<const Heard*>& heard, HearingModel& model) const;

    std::vector<ResultFile> files_;                 // by `ids`; none where not wanted
    std::array<std::set<std::string>, 3> answered_; // items
};

// Sources of a clip as the encoder heard them; a source lasts from the first to the last frame with something active
// within 20 degrees of it.
[[nodiscard]] std::vector<HeardSource> heardSources(const Localization& localization);

} // namespace binaurium
