// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/quantised/QuantisedVector.h"

#include "core/model/quantised/Kernels.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

BINAURIUM_CLONES float largest(const float* x)
{
    float peak = 0.0F;
    for (std::size_t i = 0; i < QuantisedVector::block; ++i)
        peak = std::max(peak, std::abs(x[i]));
    return peak;
}

BINAURIUM_CLONES std::int32_t rounded(const float* x, float factor, std::int8_t* out)
{
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < QuantisedVector::block; ++i) {
        // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer, without a call.
        const float q = (x[i] * factor + 12582912.0F) - 12582912.0F;
        const auto value = static_cast<std::int32_t>(q);
        out[i] = static_cast<std::int8_t>(value);
        sum += value;
    }
    return sum;
}

} // namespace

void QuantisedVector::assign(std::span<const float> x)
{
    const std::size_t blocks = x.size() / block;
    values_.resize(blocks * block);
    scales_.resize(blocks);
    sums_.resize(blocks);
    for (std::size_t b = 0; b < blocks; ++b) {
        const float* in = x.data() + b * block;
        const float peak = largest(in);
        scales_[b] = peak / 127.0F;
        sums_[b] = rounded(in, peak > 0.0F ? 127.0F / peak : 0.0F, values_.data() + b * block);
    }
}

} // namespace binaurium
