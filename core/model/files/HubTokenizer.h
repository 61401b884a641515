// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/BpeTokenizer.h"

#include <filesystem>

namespace binaurium {

// The tokenizer of a model folder as Hugging Face publishes it: tokenizer.json, or vocab.json with merges.txt and the
// added tokens of tokenizer_config.json. Throws Missing or BadInput.
[[nodiscard]] BpeTokenizer readHubTokenizer(const std::filesystem::path& folder, PreTokenizer pre);

} // namespace binaurium
