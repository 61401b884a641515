// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace binaurium {

struct ChildResult
{
    int exitCode = -1;  // 128 + signal when killed
    std::string output; // stdout, at most `outputLimit` bytes
    std::string errors; // stderr, likewise
};

// Runs a program found on PATH with an argument vector (never a shell) and `input` on its stdin; waits for its end.
// Throws Missing when the program is not installed.
[[nodiscard]] ChildResult runProgram(const std::vector<std::string>& arguments, const std::string& input = {},
                                     std::size_t outputLimit = 64U << 20);

} // namespace binaurium
