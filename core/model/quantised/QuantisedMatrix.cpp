// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/quantised/QuantisedMatrix.h"

#include "core/support/Error.h"

#include <algorithm>
#include <cstring>

namespace binaurium {
namespace {

constexpr std::size_t block = QuantisedVector::block;
constexpr std::size_t tileRows = PackedWeights::tileRows;

int bitsOf(GgufType type)
{
    if (type == GgufType::Q8_0)
        return 8;
    return type == GgufType::Q4_0 || type == GgufType::Q4_1 ? 4 : 0;
}

std::uint16_t word(const std::byte* at)
{
    std::uint16_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
}

// -8 times a half-precision number: three more in the exponent. Zero and subnormal numbers are shifted; what would
// become infinite is no scale of weights.
std::uint16_t timesMinus8(std::uint16_t half)
{
    const auto sign = static_cast<std::uint16_t>((half & 0x8000U) ^ 0x8000U);
    std::uint32_t exponent = (half >> 10U) & 31U, mantissa = half & 0x3FFU;
    if (exponent == 0) {
        mantissa <<= 3U;
        for (exponent = 0; mantissa >= 0x800U; ++exponent)
            mantissa >>= 1U; // at most two places, which are zero
        if (mantissa >= 0x400U) {
            ++exponent;
            mantissa &= 0x3FFU;
        }
    } else
        exponent = std::min<std::uint32_t>(exponent + 3, 31);
    return static_cast<std::uint16_t>(sign | (exponent << 10U) | mantissa);
}

} // namespace

bool QuantisedMatrix::canPack(const std::vector<const GgufTensor*>& tensors)
{
    for (const GgufTensor* t : tensors)
        if (bitsOf(t->type) == 0 || bitsOf(t->type) != bitsOf(tensors.front()->type) || t->shape.size() != 2 ||
            t->shape[0] < 1 || t->shape[1] < 1 || t->shape[1] != tensors.front()->shape[1] || t->shape[1] % block != 0)
            return false;
    return !tensors.empty();
}

QuantisedMatrix::QuantisedMatrix(const Parts& parts, WeightMemory& memory)
{
    std::vector<const GgufTensor*> tensors;
    for (const Part& part : parts)
        tensors.push_back(part.tensor);
    if (!canPack(tensors))
        throw Error(ErrorKind::Internal, "quantised matrix: tensors that cannot be packed together");
    bits_ = bitsOf(tensors.front()->type);
    columns_ = static_cast<std::size_t>(tensors.front()->shape[1]);
    blocks_ = columns_ / block;
    for (const Part& part : parts)
        rows_ += part.order.empty() ? static_cast<std::size_t>(part.tensor->shape[0]) : part.order.size();
    tiles_ = (rows_ + tileRows - 1) / tileRows;
    const auto quantBytes = tiles_ * blocks_ * view().quantBytes();
    const auto scaleBytes = tiles_ * blocks_ * view().scaleCount() * sizeof(std::uint16_t);
    bytes_ = quantBytes + scaleBytes;
    quants_ = memory.allocate(quantBytes);
    scales_ = memory.allocate(scaleBytes);
    std::size_t row = 0;
    for (const Part& part : parts) {
        const auto count = static_cast<std::size_t>(part.tensor->shape[0]);
        for (std::size_t i = 0; i < (part.order.empty() ? count : part.order.size()); ++i) {
            const auto source = part.order.empty() ? i : part.order[i];
            if (source >= count)
                throw Error(ErrorKind::Internal, "quantised matrix: an order that names no row");
            pack(*part.tensor, source, row++);
        }
    }
}

void QuantisedMatrix::pack(const GgufTensor& tensor, std::size_t sourceRow, std::size_t row)
{
    const std::size_t header = tensor.type == GgufType::Q4_1 ? 4 : 2;
    const std::size_t blockBytes = header + (bits_ == 4 ? block / 2 : block);
    const std::byte* in = tensor.bytes.data() + sourceRow * blocks_ * blockBytes;
    const std::size_t tile = row / tileRows, r = row % tileRows;
    for (std::size_t b = 0; b < blocks_; ++b, in += blockBytes) {
        auto* quants = reinterpret_cast<std::uint8_t*>(quants_.get()) + (tile * blocks_ + b) * view().quantBytes();
        auto* scales = reinterpret_cast<std::uint16_t*>(scales_.get()) + (tile * blocks_ + b) * view().scaleCount();
        scales[r] = word(in);
        if (bits_ == 4)
            scales[tileRows + r] = tensor.type == GgufType::Q4_1 ? word(in + 2) : timesMinus8(word(in));
        for (std::size_t column = 0; column < block; ++column) {
            const std::size_t group = column / 4, c = column % 4;
            if (bits_ == 8) {
                quants[group * 64 + r * 4 + c] = static_cast<std::uint8_t>(in[header + column]) ^ 0x80U;
            } else {
                // The file has columns 0-15 in low halves and 16-31 in high ones, and so have the tiles.
                const auto byte = static_cast<unsigned>(in[header + column % 16]);
                const unsigned value = column < 16 ? byte & 15U : byte >> 4U;
                quants[(group % 4) * 64 + r * 4 + c] |= static_cast<std::uint8_t>(group < 4 ? value : value << 4U);
            }
        }
    }
}

PackedWeights QuantisedMatrix::view() const noexcept
{
    return {bits_, blocks_, reinterpret_cast<const std::uint8_t*>(quants_.get()),
            reinterpret_cast<const std::uint16_t*>(scales_.get())};
}

void QuantisedMatrix::multiply(const QuantisedVector& x, std::size_t first, std::size_t end, float* y) const
{
    static const MultiplyTiles best = multiplyTiles(quantisedKernels().back());
    best(view(), x, first, end, y);
}

void QuantisedMatrix::multiply(const QuantisedVector& x, float* y, QuantisedKernel kernel) const
{
    multiplyTiles(kernel)(view(), x, 0, tiles_, y);
}

} // namespace binaurium
