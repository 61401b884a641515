// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

namespace binaurium {

// Bytes that programs can have without swapping; empty where the system does not say.
[[nodiscard]] std::optional<double> availableMemoryBytes();

} // namespace binaurium
