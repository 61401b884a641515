// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace binaurium {

// Bytes that programs can have without swapping; empty where the system does not say.
[[nodiscard]] std::optional<double> availableMemoryBytes();

// In GiB with one decimal, for sentences.
[[nodiscard]] std::string inGib(double bytes);

} // namespace binaurium
