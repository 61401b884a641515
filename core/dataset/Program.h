// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/SceneFacts.h"
#include "core/support/Json.h"

#include <optional>
#include <string>

namespace binaurium {

// A question is a functional program over a scene (as CLEVR's are, Johnson et al., CVPR 2017): JSON nodes {"op": ...}
// that give a source or a value. docs/formats.md lists the operations. For example
//   {"op": "turned", "yaw_deg": 90, "value": {"op": "quadrant", "of": {"op": "select", "label": "kettle"}}}.
//
// Value of a program, or nothing where the scene is ambiguous for it (margins in SceneFacts.h), where it speaks of
// something that does not sound, or of something that cannot be heard well. Throws BadInput for unknown operations.
[[nodiscard]] std::optional<std::string> evaluateProgram(const Json& program, const SceneFacts& facts);
[[nodiscard]] std::optional<std::string> evaluateProgram(const Json& program, const Scene& scene);

// The answer of every question that has none.
inline constexpr const char* cannotBeTold = "cannot be told";

} // namespace binaurium
