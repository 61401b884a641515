// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/Fft.h"

#include <array>

// Arithmetic on spectra, bin by bin, without the checks for infinities that complex multiplication brings.
namespace binaurium {

// sum[k] += a[k] * b[k] for all of `sum`.
void addProduct(const Complex* a, const Complex* b, std::span<Complex> sum) noexcept;

// spectrum[k] *= factor[k] for all of `spectrum`.
void multiply(const Complex* factor, std::span<Complex> spectrum) noexcept;

// out[k] = weights[0] * spectra[0][k] + weights[1] * spectra[1][k] + weights[2] * spectra[2][k] for all of `out`.
void weightedSum(const std::array<const Complex*, 3>& spectra, const std::array<float, 3>& weights,
                 std::span<Complex> out) noexcept;

} // namespace binaurium
