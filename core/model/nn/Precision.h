// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace binaurium::nn {

// Whether this processor multiplies bfloat16 in hardware (AVX512-BF16 or AMX).
[[nodiscard]] bool hasFastBfloat16();

} // namespace binaurium::nn
