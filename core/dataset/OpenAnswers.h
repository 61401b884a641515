// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

// Answers to questions without options.
namespace binaurium {

// The first length in a text, in metres: a number in digits ("0.6", "1,5", "3/4") or in words ("two and a half"), with
// a unit (m, cm, mm, feet, inches) or none (metres). Nothing where there is none, or where a second one contradicts it.
[[nodiscard]] std::optional<double> parseMetres(const std::string& text);

struct OpenScore
{
    bool understood = false;
    bool right = false;
};
// Where the reference is a number, the text is right within a factor of 1.5, the margin that the questions themselves
// keep between near and far; so it is for a length with its unit. Otherwise the place words count (front, back, left,
// right, above, below, near, a few steps, far; synonyms as one): the text must hold those of the reference and no
// others, and its length where it has one. A reference without such words must be repeated, case and punctuation
// ignored.
[[nodiscard]] OpenScore scoreOpenAnswer(const std::string& text, const std::string& reference);
inline constexpr double openDistanceRatio = 1.5;

} // namespace binaurium
