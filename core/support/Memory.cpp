// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/Memory.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace binaurium {

std::optional<double> availableMemoryBytes()
{
    std::ifstream file("/proc/meminfo");
    constexpr std::string_view key = "MemAvailable:";
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(key))
            return 1024.0 * std::strtod(line.c_str() + key.size(), nullptr); // in KiB
    return {};
}

std::string inGib(double bytes)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", bytes / (1024.0 * 1024.0 * 1024.0));
    return text;
}

} // namespace binaurium
