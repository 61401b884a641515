// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace binaurium {

// Replaces `path` by `bytes` so that a reader sees the old or the new file, never a part: temporary file beside it,
// flush to disk, rename. Throws BadInput with the system's reason; the old file then stays.
void writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);

// The same for writers that need a path of their own (audio libraries): `write` gets the temporary path, which is
// flushed and renamed when it returns and removed when it throws.
void replaceFileAtomically(const std::filesystem::path& path,
                           const std::function<void(const std::filesystem::path&)>& write);

// Whole file as bytes; refuses more than `limit` bytes before reading. Throws Missing when there is no such file.
[[nodiscard]] std::string readFile(const std::filesystem::path& path, std::uintmax_t limit = 256ULL << 20);

} // namespace binaurium
