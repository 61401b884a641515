// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace binaurium {

// Which column each row gets so that the sum of the costs is smallest (Kuhn 1955, with potentials as in Jonker and
// Volgenant 1987; cubic). `cost` is rectangular; with more rows than columns some rows get none. Costs must be finite.
[[nodiscard]] std::vector<std::optional<std::size_t>> bestAssignment(const std::vector<std::vector<double>>& cost);

} // namespace binaurium
