// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/SceneFacts.h"
#include "core/support/Json.h"

#include <string>

namespace binaurium {

// The facts that an answer follows from, in sentences: of the sources that program and answer speak of (all of them
// where they speak of none), or of the room.
[[nodiscard]] std::string evidenceOf(const Json& program, const std::string& answer, const SceneFacts& facts);

// How far the scene is from an ambiguous one: smallest distance of those sources from a border between quadrants
// (border_deg), smallest ratio of distances (distance_ratio), level gap (level_gap_db) and gap between starts
// (start_gap_s) of any two sources of the scene.
[[nodiscard]] Json marginsOf(const Json& program, const std::string& answer, const SceneFacts& facts);

} // namespace binaurium
