// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/Fft.h"

namespace binaurium {

// sum[k] += a[k] * b[k] for all of `sum`, without the checks for infinities that complex multiplication brings.
void addProduct(const Complex* a, const Complex* b, std::span<Complex> sum) noexcept;

} // namespace binaurium
