// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace binaurium {

// Items of other layouts, recognised by what the files hold; docs/benchmark.md describes each:
//   recordings      metadata.jsonl as 'dataset export --to audiofolder' writes it, or a folder with it
//   TWNM-FOA        metadata.jsonl with "option_a" to "option_d"; first-order ambisonics beside it
//   SpatialSoundQA  a .json with "data"; sounds and responses beside it
//   DCASE           a folder of WAV and CSV files of the same names (DcaseRecordings.h)
// Their split is "test", since that is what they are used for here; "foa_head" of the margins is `foaHead` where one is
// given. Nothing for other files. Throws BadInput with file and place.
[[nodiscard]] std::optional<std::vector<Item>> readOutsideData(const std::filesystem::path& path,
                                                               const std::string& foaHead);

// Where the sound of an item comes from: "simulated", "out of capacity" (likewise, four sources and more), "measured
// room", "recording", "twnm-foa" or "spatialsoundqa".
[[nodiscard]] std::string laneOf(const Item& item);
inline constexpr const char* lanes[] = {"simulated", "out of capacity", "measured room",
                                        "recording", "twnm-foa",        "spatialsoundqa"};

} // namespace binaurium
