// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"

#include <vector>

namespace binaurium {

// What answers without any audio reach, one value per item (1 right, 0 wrong, or the expected value); nothing is known
// of items without options, which get 0 by chance.

// 1 / number of options.
[[nodiscard]] std::vector<double> chanceScores(const std::vector<Item>& items);
// For each task the answer that is right most often (the median number, where answers are lengths), among the options
// that are offered. It looks at the answers of the test itself, so it is an upper bound of any constant answer.
[[nodiscard]] std::vector<double> majorityScores(const std::vector<Item>& items);
// The blind answerer of core/dataset (n-grams of question and options) in five folds: it learns from four fifths of the
// scenes and answers the rest. It knows the wordings of the test, so it is stricter than a model that saw the training
// wordings only. Deterministic.
[[nodiscard]] std::vector<double> blindScores(const std::vector<Item>& items);

} // namespace binaurium
