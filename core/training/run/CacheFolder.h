// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Json.h"

#include <filesystem>

namespace binaurium {

// A folder of rendered data that runs share, with the key of what it was made from in cache.json, written last: without
// it the rest is an unfinished piece that may be written over.

// Whether `folder` holds the finished cache of `key`. Throws BadInput where it holds one that was made from something
// else, and names the first member that differs: hours of rendering are not thrown away for a wrong seed.
[[nodiscard]] bool holdsCache(const std::filesystem::path& folder, const Json& key);
// The data are complete.
void finishCache(const std::filesystem::path& folder, const Json& key);

} // namespace binaurium
