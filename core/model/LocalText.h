// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace binaurium {

// A language model file (GGUF with a chat format that the program knows) that answers instructions, without audio. The
// same seed gives the same text; it ends with its first sentence. Throws Missing or BadInput while loading; call the
// generator from one thread.
[[nodiscard]] std::function<std::string(const std::string& instruction, std::uint64_t seed)>
localText(const std::filesystem::path& gguf, int maxTokens, double temperature);

} // namespace binaurium
