// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"

#include <string>
#include <utility>
#include <vector>

namespace binaurium {

// What must not stand in two splits, as (kind, name): "sound" file or generator with seed, "head" by physical head,
// "room" by size and walls, "measured room" and "recording" by what the file holds, "template" and "wording" (what a
// question is without what it asks about), "seed" of the scene, "scene" as a whole.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> identitiesOf(const Item& item);

} // namespace binaurium
