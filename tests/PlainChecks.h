// SPDX-License-Identifier: GPL-3.0-or-later
// Checks without a test library, for tests that run wherever a compiler is.
#pragma once

#include <cstdio>
#include <string>

namespace binaurium::test {

inline constexpr int skipped = 77; // exit code (SKIP_RETURN_CODE of ctest)
inline int failures = 0;

inline void check(bool good, const std::string& what)
{
    std::printf("%s: %s\n", good ? "pass" : "FAIL", what.c_str());
    failures += good ? 0 : 1;
}

} // namespace binaurium::test
