// SPDX-License-Identifier: GPL-3.0-or-later
// A tile is two registers wide, eight rows each.
#include "core/model/quantised/Kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <cstring>
#include <immintrin.h>

#define BINAURIUM_AVX2 __attribute__((target("avx2,fma,f16c")))

namespace binaurium {
namespace {

BINAURIUM_AVX2 inline __m256i columns(const std::int8_t* x, std::size_t group)
{
    std::int32_t word = 0;
    std::memcpy(&word, x + 4 * group, sizeof word);
    return _mm256_set1_epi32(word);
}

BINAURIUM_AVX2 inline __m256i loaded(const std::uint8_t* at)
{
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

BINAURIUM_AVX2 inline __m256 halves(const std::uint16_t* at)
{
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
}

BINAURIUM_AVX2 inline __m256i dot4(const std::uint8_t* quants, const std::int8_t* x)
{
    const __m256i low = _mm256_set1_epi8(15);
    __m256i sum = _mm256_setzero_si256(); // sixteen bits hold 16 products of 15 * 127
    for (std::size_t p = 0; p < 4; ++p) {
        const __m256i bytes = loaded(quants + p * 64);
        sum = _mm256_add_epi16(sum, _mm256_maddubs_epi16(_mm256_and_si256(bytes, low), columns(x, p)));
        sum = _mm256_add_epi16(
            sum, _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(bytes, 4), low), columns(x, p + 4)));
    }
    return _mm256_madd_epi16(sum, _mm256_set1_epi16(1));
}

BINAURIUM_AVX2 inline __m256i dot8(const std::uint8_t* quants, const std::int8_t* x)
{
    __m256i sum = _mm256_setzero_si256();
    for (std::size_t g = 0; g < 8; ++g) {
        // The sign goes over to the vector: pairs of 128 * 127 still fit into sixteen bits.
        const __m256i w = _mm256_xor_si256(loaded(quants + g * 64), _mm256_set1_epi8(-128));
        const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(columns(x, g), w));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }
    return sum;
}

template <int Bits>
BINAURIUM_AVX2 void multiplyTile(const PackedWeights& w, const QuantisedVector& x, std::size_t tile, float* y)
{
    constexpr auto quantBytes = PackedWeights::quantBytesOf(Bits);
    constexpr auto scaleCount = PackedWeights::scaleCountOf(Bits);
    __m256 sum[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    for (std::size_t b = 0; b < w.blocks; ++b) {
        const auto* values = x.values() + b * QuantisedVector::block;
        const auto* quants = w.quants + (tile * w.blocks + b) * quantBytes;
        const auto* scales = w.scales + (tile * w.blocks + b) * scaleCount;
        const __m256 scale = _mm256_set1_ps(x.scales()[b]);
        const __m256 scaledSum = _mm256_set1_ps(x.scales()[b] * static_cast<float>(x.sums()[b]));
        for (std::size_t h = 0; h < 2; ++h) {
            const __m256i product = Bits == 4 ? dot4(quants + 32 * h, values) : dot8(quants + 32 * h, values);
            sum[h] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(product), _mm256_mul_ps(halves(scales + 8 * h), scale), sum[h]);
            if (Bits == 4)
                sum[h] = _mm256_fmadd_ps(halves(scales + 16 + 8 * h), scaledSum, sum[h]);
        }
    }
    for (std::size_t h = 0; h < 2; ++h)
        _mm256_storeu_ps(y + tile * PackedWeights::tileRows + 8 * h, sum[h]);
}

} // namespace

void multiplyTilesAvx2(const PackedWeights& w, const QuantisedVector& x, std::size_t first, std::size_t end, float* y)
{
    for (; first < end; ++first)
        w.bits == 4 ? multiplyTile<4>(w, x, first, y) : multiplyTile<8>(w, x, first, y);
}

} // namespace binaurium
#else
namespace binaurium {
void multiplyTilesAvx2(const PackedWeights& w, const QuantisedVector& x, std::size_t first, std::size_t end, float* y)
{
    multiplyTilesGeneric(w, x, first, end, y);
}
} // namespace binaurium
#endif
