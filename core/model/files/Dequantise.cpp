// SPDX-License-Identifier: GPL-3.0-or-later
// Block formats as ggml defines them: 32 values share a half-precision scale (and minimum); in the 4-bit formats the
// low nibbles are the first half of a block.
#include "core/model/files/GgufFile.h"
#include "core/model/files/HalfFloat.h"
#include "core/support/Error.h"

#include <cstring>

namespace binaurium {
namespace {

constexpr std::size_t blockElements = 32;

std::uint16_t word(const std::byte* at)
{
    std::uint16_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
}

void block4(const std::byte* nibbles, float scale, float minimum, float* out)
{
    for (std::size_t j = 0; j < blockElements / 2; ++j) {
        const auto q = static_cast<unsigned>(nibbles[j]);
        out[j] = static_cast<float>(q & 15U) * scale + minimum;
        out[j + blockElements / 2] = static_cast<float>(q >> 4U) * scale + minimum;
    }
}

} // namespace

void dequantise(const GgufTensor& tensor, std::span<float> out)
{
    if (out.size() != static_cast<std::size_t>(tensor.elements()))
        throw Error(ErrorKind::Internal, "dequantise: wrong size of the output");
    const std::byte* in = tensor.bytes.data();
    switch (tensor.type) {
    case GgufType::F32:
        std::memcpy(out.data(), in, tensor.bytes.size());
        return;
    case GgufType::F16:
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = halfToFloat(word(in + 2 * i));
        return;
    case GgufType::BF16:
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = bfloatToFloat(word(in + 2 * i));
        return;
    case GgufType::Q4_0:
        for (std::size_t b = 0; b < out.size() / blockElements; ++b, in += 18) {
            const float scale = halfToFloat(word(in));
            block4(in + 2, scale, -8.0F * scale, out.data() + b * blockElements);
        }
        return;
    case GgufType::Q4_1:
        for (std::size_t b = 0; b < out.size() / blockElements; ++b, in += 20)
            block4(in + 4, halfToFloat(word(in)), halfToFloat(word(in + 2)), out.data() + b * blockElements);
        return;
    case GgufType::Q8_0:
        for (std::size_t b = 0; b < out.size() / blockElements; ++b, in += 34) {
            const float scale = halfToFloat(word(in));
            for (std::size_t j = 0; j < blockElements; ++j)
                out[b * blockElements + j] = scale * static_cast<float>(static_cast<std::int8_t>(in[2 + j]));
        }
        return;
    }
}

} // namespace binaurium
