// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

namespace binaurium {

// A question, or a wording with its placeholders, without what it is asked about: lower case, "<>" in place of every
// label, direction and turn. Two questions of one wording have the same skeleton, whoever wrote them down.
[[nodiscard]] std::string wordingSkeleton(const std::string& text);

// Skeletons of all wordings of the built-in templates, each with the split that it belongs to.
[[nodiscard]] std::map<std::string, std::string> builtInSkeletons();

} // namespace binaurium
