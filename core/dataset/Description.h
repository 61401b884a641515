// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/SceneFacts.h"

#include <array>
#include <string>

namespace binaurium {

// A whole scene in words, loudest source first: "2 sounds. A kettle on your left, about 80 degrees to the left, level,
// a few steps away, about 1.5 metres. A dog behind you, ... The room is dry." What is inaudible, or within the margin
// of another word, is left out. The answer to "what do you hear, and where?".
[[nodiscard]] std::string describeScene(const SceneFacts& facts);

// Wordings of that question, for training.
[[nodiscard]] const std::array<const char*, 5>& describeWordings();

} // namespace binaurium
