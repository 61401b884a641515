// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/Fft.h"

namespace binaurium {

// sum[k] += a[k] * b[k] for all of `sum`, without the checks for infinities that complex multiplication brings.
inline void addProduct(const Complex* a, const Complex* b, std::span<Complex> sum) noexcept
{
    Complex* out = sum.data();
    for (std::size_t k = 0; k < sum.size(); ++k)
        out[k] += Complex{a[k].real() * b[k].real() - a[k].imag() * b[k].imag(),
                          a[k].real() * b[k].imag() + a[k].imag() * b[k].real()};
}

} // namespace binaurium
