// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

// The one parser and scorer of answers: Ask, training and the benchmark all call these.
namespace binaurium {

// The option that free text chooses, or nothing when it names none or more than one. Case, Markdown marks, quotes and
// kinds of apostrophes do not count; "can't" is "cannot", and small numbers may be words. In this order:
// 1. What stands behind the last "answer is", "answer:", "\boxed{" or "<answer>", by the rules below; if these find
//    nothing there, the whole text counts.
// 2. A letter that stands for an option: alone, in brackets, before ')' '.' ':' ',' at the start, or after "option",
//    "choice" or "letter". If the words of another option follow it at once, the two contradict: nothing.
// 3. "yes" or "no" as the first word, where these are options and the other one is not offered in the same breath.
// 4. Exactly one option occurs as whole words. Longer options are looked for first, and words inside them are not
//    looked at again ("front left" is not "left"). What is denied ("not left", "rather than left") does not count.
[[nodiscard]] std::optional<std::size_t> parseChoice(const std::string& text, const std::vector<std::string>& options);

// Index of the best length-normalised log-likelihood; ties go to the first.
[[nodiscard]] std::size_t bestOption(const std::vector<double>& scores);

// The text of a question as the model sees it, options in one line; the same in training and in use. With
// `wantsEvidence` the model is asked to say first where the sources are (EvidenceCheck.h).
[[nodiscard]] std::string questionText(const std::string& question, const std::vector<std::string>& options,
                                       bool wantsEvidence = false);

} // namespace binaurium
