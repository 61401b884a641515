// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/LiveOptions.h"

namespace binaurium {

bool LiveOptions::isValid(std::string* error) const
{
    const char* problem = nullptr;
    if (reflectionOrder < 0 || reflectionOrder > 3)
        problem = "reflection order must be 0 to 3";
    else if (!(glideS >= 0.0 && glideS <= 1.0))
        problem = "glide time must be 0 to 1 s";
    else if (!(jumpDistanceM > 0.0 && jumpDistanceM <= 100.0))
        problem = "jump distance must be above 0 and at most 100 m";
    else if (!(tailStartS >= 0.016 && tailStartS <= 0.2))
        problem = "the tail must start at 0.016 to 0.2 s";
    else if (!(tailMaximumS >= 0.1 && tailMaximumS <= 10.0))
        problem = "the longest tail must be 0.1 to 10 s";
    if (problem != nullptr && error != nullptr)
        *error = problem;
    return problem == nullptr;
}

} // namespace binaurium
