// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/Text.h"

namespace binaurium {

std::string trimmed(std::string_view text, std::string_view blanks)
{
    const auto from = text.find_first_not_of(blanks);
    return from == std::string_view::npos ? std::string()
                                          : std::string(text.substr(from, text.find_last_not_of(blanks) - from + 1));
}

void replaceAll(std::string& text, std::string_view from, std::string_view to)
{
    std::string result;
    std::size_t start = 0;
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, start)) {
        result.append(text, start, at - start);
        result.append(to);
        start = at + from.size();
    }
    result.append(text, start, std::string::npos);
    text.swap(result);
}

} // namespace binaurium
