// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Progress.h"

#include <cstdint>
#include <functional>

namespace binaurium {

// Calls body(index) for 0 .. count-1 on `threads` threads (0 = one per processor). The order is not defined, so each
// index must write its own result. The first exception stops the rest and is rethrown in the caller; progress is
// reported from the calling thread.
void parallelFor(std::int64_t count, int threads, const std::function<void(std::int64_t)>& body,
                 const ProgressCallback& progress = {}, const std::string& stage = {});

// Processors this process may use, at least 1.
[[nodiscard]] int processorCount() noexcept;

} // namespace binaurium
