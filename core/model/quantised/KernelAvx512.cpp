// SPDX-License-Identifier: GPL-3.0-or-later
// A tile is one register wide: 16 rows, four products of each row summed by one VNNI instruction.
#include "core/model/quantised/Kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <cstring>
#include <immintrin.h>

// Intrinsics of GCC 12 start from registers left undefined on purpose and warn of it.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#define BINAURIUM_AVX512 __attribute__((target("avx512f,avx512bw,avx512vnni")))

namespace binaurium {
namespace {

// Four columns of the vector in every lane.
BINAURIUM_AVX512 inline __m512i columns(const std::int8_t* x, std::size_t group)
{
    std::int32_t word = 0;
    std::memcpy(&word, x + 4 * group, sizeof word);
    return _mm512_set1_epi32(word);
}

BINAURIUM_AVX512 inline __m512 halves(const std::uint16_t* at)
{
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)));
}

BINAURIUM_AVX512 inline __m512i dot4(const std::uint8_t* quants, const std::int8_t* x)
{
    const __m512i low = _mm512_set1_epi8(15);
    __m512i even = _mm512_setzero_si512(), odd = even; // two chains hide the latency
    for (std::size_t p = 0; p < 4; ++p) {
        const __m512i bytes = _mm512_loadu_si512(quants + p * 64);
        even = _mm512_dpbusd_epi32(even, _mm512_and_si512(bytes, low), columns(x, p));
        odd = _mm512_dpbusd_epi32(odd, _mm512_and_si512(_mm512_srli_epi16(bytes, 4), low), columns(x, p + 4));
    }
    return _mm512_add_epi32(even, odd);
}

BINAURIUM_AVX512 inline __m512i dot8(const std::uint8_t* quants, const std::int8_t* x, std::int32_t sum)
{
    __m512i even = _mm512_set1_epi32(-128 * sum), odd = _mm512_setzero_si512(); // the weights are 128 too large
    for (std::size_t g = 0; g < 8; g += 2) {
        even = _mm512_dpbusd_epi32(even, _mm512_loadu_si512(quants + g * 64), columns(x, g));
        odd = _mm512_dpbusd_epi32(odd, _mm512_loadu_si512(quants + (g + 1) * 64), columns(x, g + 1));
    }
    return _mm512_add_epi32(even, odd);
}

template <int Bits>
BINAURIUM_AVX512 void multiplyTile(const PackedWeights& w, const QuantisedVector& x, std::size_t tile, float* y)
{
    constexpr auto quantBytes = PackedWeights::quantBytesOf(Bits);
    constexpr auto scaleCount = PackedWeights::scaleCountOf(Bits);
    const auto* quants = w.quants + tile * w.blocks * quantBytes;
    const auto* scales = w.scales + tile * w.blocks * scaleCount;
    __m512 sum = _mm512_setzero_ps(), minima = sum;
    for (std::size_t b = 0; b < w.blocks; ++b, quants += quantBytes, scales += scaleCount) {
        for (std::size_t line = 0; line < quantBytes; line += 64)
            _mm_prefetch(reinterpret_cast<const char*>(quants + 4 * quantBytes + line), _MM_HINT_T0);
        const auto* values = x.values() + b * QuantisedVector::block;
        const __m512 scale = _mm512_set1_ps(x.scales()[b]);
        const __m512i product = Bits == 4 ? dot4(quants, values) : dot8(quants, values, x.sums()[b]);
        sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(product), _mm512_mul_ps(halves(scales), scale), sum);
        if (Bits == 4) {
            const __m512 scaledSum = _mm512_set1_ps(x.scales()[b] * static_cast<float>(x.sums()[b]));
            minima = _mm512_fmadd_ps(halves(scales + 16), scaledSum, minima);
        }
    }
    _mm512_storeu_ps(y + tile * PackedWeights::tileRows, _mm512_add_ps(sum, minima));
}

} // namespace

void multiplyTilesAvx512(const PackedWeights& w, const QuantisedVector& x, std::size_t first, std::size_t end, float* y)
{
    for (; first < end; ++first)
        w.bits == 4 ? multiplyTile<4>(w, x, first, y) : multiplyTile<8>(w, x, first, y);
}

} // namespace binaurium
#else
namespace binaurium {
void multiplyTilesAvx512(const PackedWeights& w, const QuantisedVector& x, std::size_t first, std::size_t end, float* y)
{
    multiplyTilesGeneric(w, x, first, end, y);
}
} // namespace binaurium
#endif
