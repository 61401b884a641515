// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace binaurium {

// Without the characters of `blanks` at both ends.
[[nodiscard]] std::string trimmed(std::string_view text, std::string_view blanks = " \t\r\n");

// Every `from` becomes `to`, from left to right; what was put in is not looked at again. `from` is not empty.
void replaceAll(std::string& text, std::string_view from, std::string_view to);

} // namespace binaurium
