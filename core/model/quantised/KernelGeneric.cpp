// SPDX-License-Identifier: GPL-3.0-or-later
// The product as its definition says it: for processors without the others, and what those are compared with.
#include "core/model/files/HalfFloat.h"
#include "core/model/quantised/Kernels.h"

namespace binaurium {
namespace {

std::int32_t dot4(const std::uint8_t* quants, const std::int8_t* x, std::size_t row)
{
    std::int32_t sum = 0;
    for (std::size_t p = 0; p < 4; ++p)
        for (std::size_t c = 0; c < 4; ++c) {
            const unsigned byte = quants[p * 64 + row * 4 + c];
            sum += static_cast<std::int32_t>(byte & 15U) * x[4 * p + c];
            sum += static_cast<std::int32_t>(byte >> 4U) * x[4 * (p + 4) + c];
        }
    return sum;
}

std::int32_t dot8(const std::uint8_t* quants, const std::int8_t* x, std::size_t row)
{
    std::int32_t sum = 0;
    for (std::size_t g = 0; g < 8; ++g)
        for (std::size_t c = 0; c < 4; ++c)
            sum += (static_cast<std::int32_t>(quants[g * 64 + row * 4 + c]) - 128) * x[4 * g + c];
    return sum;
}

} // namespace

void multiplyTilesGeneric(const PackedWeights& w, const QuantisedVector& x, std::size_t first, std::size_t end,
                          float* y)
{
    for (std::size_t tile = first; tile < end; ++tile)
        for (std::size_t row = 0; row < PackedWeights::tileRows; ++row) {
            float sum = 0.0F;
            for (std::size_t b = 0; b < w.blocks; ++b) {
                const auto* quants = w.quants + (tile * w.blocks + b) * w.quantBytes();
                const auto* scales = w.scales + (tile * w.blocks + b) * w.scaleCount();
                const auto* values = x.values() + b * QuantisedVector::block;
                const auto product = w.bits == 4 ? dot4(quants, values, row) : dot8(quants, values, row);
                sum += halfToFloat(scales[row]) * x.scales()[b] * static_cast<float>(product);
                if (w.bits == 4)
                    sum += halfToFloat(scales[PackedWeights::tileRows + row]) * x.scales()[b] *
                           static_cast<float>(x.sums()[b]);
            }
            y[tile * PackedWeights::tileRows + row] = sum;
        }
}

} // namespace binaurium
