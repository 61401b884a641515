// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace binaurium {

// Whether a question, or its options, speak of directions, distances or places relative to the listener: what a model
// that hears one channel can only guess. By words, so "right now" counts too.
[[nodiscard]] bool asksAboutSpace(const std::string& question, const std::vector<std::string>& options);

} // namespace binaurium
