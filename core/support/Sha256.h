// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace binaurium {

// SHA-256 as 64 lower-case hexadecimal digits (OpenSSL).
[[nodiscard]] std::string sha256(std::string_view bytes);
// The same of a file, read in pieces. Throws Missing or BadInput.
[[nodiscard]] std::string sha256OfFile(const std::filesystem::path& path);

} // namespace binaurium
