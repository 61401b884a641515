// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/SpectrumProduct.h"

#include "core/audio/Vectors.h"

namespace binaurium {
namespace {

// The layout of std::complex is guaranteed by the standard.
const float* floats(const Complex* values) noexcept
{
    return reinterpret_cast<const float*>(values);
}

float* floats(std::span<Complex> values) noexcept
{
    return reinterpret_cast<float*>(values.data());
}

BINAURIUM_VECTOR_CLONES void addInterleaved(const float* __restrict a, const float* __restrict b, float* __restrict sum,
                                            std::size_t count) noexcept
{
    std::size_t k = 0;
    EightFloats four;
    for (; k + 4 <= count; k += 4) {
        complexProduct(*reinterpret_cast<const EightFloats*>(a + 2 * k),
                       *reinterpret_cast<const EightFloats*>(b + 2 * k), four);
        *reinterpret_cast<EightFloats*>(sum + 2 * k) += four;
    }
    for (; k < count; ++k) {
        sum[2 * k] += a[2 * k] * b[2 * k] - a[2 * k + 1] * b[2 * k + 1];
        sum[2 * k + 1] += a[2 * k] * b[2 * k + 1] + a[2 * k + 1] * b[2 * k];
    }
}

BINAURIUM_VECTOR_CLONES void multiplyInterleaved(const float* __restrict factor, float* __restrict values,
                                                 std::size_t count) noexcept
{
    std::size_t k = 0;
    for (; k + 4 <= count; k += 4) {
        auto& four = *reinterpret_cast<EightFloats*>(values + 2 * k);
        complexProduct(four, *reinterpret_cast<const EightFloats*>(factor + 2 * k), four);
    }
    for (; k < count; ++k) {
        const float real = values[2 * k] * factor[2 * k] - values[2 * k + 1] * factor[2 * k + 1];
        values[2 * k + 1] = values[2 * k] * factor[2 * k + 1] + values[2 * k + 1] * factor[2 * k];
        values[2 * k] = real;
    }
}

BINAURIUM_VECTOR_CLONES void addWeighted(const float* __restrict a, const float* __restrict b,
                                         const float* __restrict c, const std::array<float, 3>& weights,
                                         float* __restrict out, std::size_t count) noexcept
{
    for (std::size_t k = 0; k < count; ++k)
        out[k] = weights[0] * a[k] + weights[1] * b[k] + weights[2] * c[k];
}

} // namespace

void addProduct(const Complex* a, const Complex* b, std::span<Complex> sum) noexcept
{
    addInterleaved(floats(a), floats(b), floats(sum), sum.size());
}

void multiply(const Complex* factor, std::span<Complex> spectrum) noexcept
{
    multiplyInterleaved(floats(factor), floats(spectrum), spectrum.size());
}

void weightedSum(const std::array<const Complex*, 3>& spectra, const std::array<float, 3>& weights,
                 std::span<Complex> out) noexcept
{
    addWeighted(floats(spectra[0]), floats(spectra[1]), floats(spectra[2]), weights, floats(out), 2 * out.size());
}

} // namespace binaurium
