// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/SpectrumProduct.h"

#include "core/acoustics/live/Vectors.h"

namespace binaurium {
namespace {

BINAURIUM_VECTOR_CLONES void addInterleaved(const float* __restrict a, const float* __restrict b, float* __restrict sum,
                                            std::size_t count) noexcept
{
    std::size_t k = 0;
    for (; k + 4 <= count; k += 4) {
        const auto x = *reinterpret_cast<const EightFloats*>(a + 2 * k);
        const auto y = *reinterpret_cast<const EightFloats*>(b + 2 * k);
        const EightFloats real = __builtin_shufflevector(x, x, 0, 0, 2, 2, 4, 4, 6, 6);
        const EightFloats imaginary = __builtin_shufflevector(x, x, 1, 1, 3, 3, 5, 5, 7, 7);
        const EightFloats turned = __builtin_shufflevector(y, y, 1, 0, 3, 2, 5, 4, 7, 6);
        const EightFloats sign{-1, 1, -1, 1, -1, 1, -1, 1};
        *reinterpret_cast<EightFloats*>(sum + 2 * k) += real * y + sign * (imaginary * turned);
    }
    for (; k < count; ++k) {
        sum[2 * k] += a[2 * k] * b[2 * k] - a[2 * k + 1] * b[2 * k + 1];
        sum[2 * k + 1] += a[2 * k] * b[2 * k + 1] + a[2 * k + 1] * b[2 * k];
    }
}

} // namespace

void addProduct(const Complex* a, const Complex* b, std::span<Complex> sum) noexcept
{
    // The layout of std::complex is guaranteed by the standard.
    addInterleaved(reinterpret_cast<const float*>(a), reinterpret_cast<const float*>(b),
                   reinterpret_cast<float*>(sum.data()), sum.size());
}

} // namespace binaurium
