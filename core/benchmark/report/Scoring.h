// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/ResultLine.h"
#include "core/dataset/Item.h"

#include <optional>

namespace binaurium {

// The two scorers of an answer, the same for every system in a table.
struct ScoredAnswer
{
    std::optional<std::size_t> chosen; // option by likelihood; nothing where no likelihoods were asked for
    std::optional<std::size_t> parsed; // option that the free text names; nothing where it names none or several
    bool understood = false;           // the parser found an answer in the free text (an option, a number, a place)
    bool rightByLikelihood = false;
    bool rightByText = false;
};
// `answer` of the item is the truth; another one may be given (the mirrored one).
[[nodiscard]] ScoredAnswer scoreAnswer(const Item& item, const ResultLine& line, const std::string& truth);
[[nodiscard]] ScoredAnswer scoreAnswer(const Item& item, const ResultLine& line);

// Likelihoods of the options as probabilities (softmax of the length-normalised scores), for calibration.
[[nodiscard]] std::vector<double> optionProbabilities(const ResultLine& line);

// What drawn together means: items about one scene, and twins. A stable text.
[[nodiscard]] std::string clusterOf(const Item& item);

// Items with the same key sound the same: scene and head as one short text. Of items with a scene.
[[nodiscard]] std::string sceneKeyOf(const Item& item);

// The answer when left and right change places: the program of the item over the mirrored scene. Nothing where the item
// has no scene or program, where the mirrored scene is ambiguous, or where the answer would not be among the options.
[[nodiscard]] std::optional<std::string> mirroredAnswer(const Item& item);

// The words with left and right exchanged ("front left" -> "front right"; clock hours and signs stay).
[[nodiscard]] std::string mirroredWords(const std::string& text);

// The options turned to the left by `rotation` places.
[[nodiscard]] std::vector<std::string> rotatedOptions(const std::vector<std::string>& options, int rotation);

} // namespace binaurium
