// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/Head.h"
#include "core/acoustics/HeadCatalogue.h"

namespace binaurium::test {

// MIT KEMAR of Debian's libmysofa1, a build dependency.
[[nodiscard]] inline std::shared_ptr<const Head> defaultHead(double rateHz = 48000.0)
{
    HeadOptions options;
    options.rateHz = rateHz;
    return Head::load(defaultHeadFile(), options);
}

} // namespace binaurium::test
