// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Json.h"

namespace binaurium {

// TOML as JSON, so that one checked reader (JsonObject) serves both. Dates become text. Errors name file, line and
// column.
[[nodiscard]] Json parseToml(std::string_view text, const std::string& name);
[[nodiscard]] Json readToml(const std::filesystem::path& path);

// Sets `dotted.key` of a document to a value written as TOML ("0.5", "true", "\"text\""; bare words are text). Throws
// Usage when the text is not "key=value".
void setTomlValue(Json& document, const std::string& assignment);

// TOML text of a JSON object (objects become tables; null members are left out).
[[nodiscard]] std::string writeToml(const Json& document);

} // namespace binaurium
