// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"
#include "core/training/run/TrainOptions.h"

namespace binaurium {

// What a completion is paid for, each part already times its weight.
struct Rewards
{
    double answer = 0.0;
    double format = 0.0;   // the answer part names exactly one option, says nothing else, and the completion ended
    double evidence = 0.0; // agreement of the evidence said with that of the item's program
    double length = 0.0;   // <= 0, linear from half of maxTokens on
    double total = 0.0;    // NaN: cannot be scored (an item without options)
    bool right = false;
};

// `options` as they were asked, `text` the completion, `tokens` its length, `ended` whether an end token came.
[[nodiscard]] Rewards rewardsOf(const Item& item, const std::vector<std::string>& options, const std::string& text,
                                int tokens, bool ended, const GrpoStageOptions& stage);
[[nodiscard]] Json toJson(const Rewards& rewards);

} // namespace binaurium
