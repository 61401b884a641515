// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/HeadCatalogue.h"
#include "core/dataset/Item.h"
#include "core/support/Random.h"

#include <optional>

namespace binaurium {

// Questions are functional programs over a scene: the program gives the answer, the evidence and the distractors, and a
// scene that is ambiguous for it is refused. A program is JSON, for example
//   {"op": "quadrant", "of": {"op": "select", "label": "kettle"}}.
//
// Value of a program in a scene, or nothing where it is ambiguous (margins below) or refers to nothing. Throws BadInput
// for an unknown operation.
[[nodiscard]] std::optional<std::string> evaluateProgram(const Json& program, const Scene& scene);

// Distance of an azimuth from the nearest border between front, left, behind and right (45 degrees and so on) that a
// question about quadrants keeps.
inline constexpr double quadrantMarginDeg = 10.0;
// Elevations beyond this are neither front nor left; quadrants are not asked there.
inline constexpr double quadrantElevationDeg = 50.0;
// "front", "left", "behind", "right".
[[nodiscard]] std::string quadrantOf(double azimuthDeg);

// Every question of the built-in templates that `scene` answers without ambiguity. Wordings of train and test differ.
// Options are shuffled; with `free`, direction and class questions come without options too. `id` prefixes the item
// ids.
[[nodiscard]] std::vector<Item> makeQuestions(const Scene& scene, Split split, const std::string& id,
                                              RandomStream& random);

} // namespace binaurium
