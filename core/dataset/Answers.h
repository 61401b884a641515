// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

// The one parser and scorer of answers: Ask, training and the benchmark all call these.
namespace binaurium {

// The option that free text chooses, or nothing when it names none or more than one. In this order:
// 1. a letter alone or before ')' '.' ':' at the start, or after "answer is" / "option";
// 2. exactly one option occurs as whole words, case ignored.
[[nodiscard]] std::optional<std::size_t> parseChoice(const std::string& text, const std::vector<std::string>& options);

// Index of the best length-normalised log-likelihood; ties go to the first.
[[nodiscard]] std::size_t bestOption(const std::vector<double>& scores);

// The text of a question as the model sees it, options in one line; the same in training and in use. With
// `wantsEvidence` the model is asked to say first where the sources are (EvidenceCheck.h).
[[nodiscard]] std::string questionText(const std::string& question, const std::vector<std::string>& options,
                                       bool wantsEvidence = false);

} // namespace binaurium
