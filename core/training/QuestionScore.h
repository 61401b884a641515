// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/LanguageParts.h"

#include <map>

namespace binaurium {

// Right answers by likelihood over the options, per level and task.
struct QuestionScore
{
    struct Count
    {
        int right = 0;
        int asked = 0;
        [[nodiscard]] double accuracy() const { return static_cast<double>(right) / std::max(1, asked); }
    };
    std::map<std::string, Count> levels, tasks;
    [[nodiscard]] double accuracy() const;
};
// {"accuracy", "L1", "L2", "L3", "tasks": {task: {"accuracy", "asked"}}}
[[nodiscard]] Json toJson(const QuestionScore& score);

// Scores the questions (all with options) of one cache.
[[nodiscard]] QuestionScore scoreQuestions(const LanguageParts& parts, const QuestionCache& cache,
                                           const std::vector<AskedQuestion>& questions);

} // namespace binaurium
