// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/quantised/QuantisedVector.h"

#include <vector>

// Functions that the compiler makes once for each instruction set and the loader chooses from. Sanitizers run before
// the loader can choose.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define BINAURIUM_CLONES __attribute__((target_clones("avx512f", "avx2,fma", "default")))
#else
#define BINAURIUM_CLONES
#endif

namespace binaurium {

// Weights of a matrix as the kernels read them: tiles of 16 rows, in each tile blocks of 32 columns. Of a block the
// columns lie in groups of four, group by group, row by row. Four bits: byte p * 64 + r * 4 + c holds column 4 p + c of
// row r in its low half and column 4 (p + 4) + c in its high half. Eight bits: byte g * 64 + r * 4 + c holds column
// 4 g + c, plus 128.
struct PackedWeights
{
    static constexpr std::size_t tileRows = 16;
    int bits = 4;
    std::size_t blocks = 0;                // of 32 columns
    const std::uint8_t* quants = nullptr;  // [tile][block][16 * bits * 4]
    const std::uint16_t* scales = nullptr; // half precision; [tile][block][16], with 4 bits followed by 16 minima
    // Of one block of a tile.
    [[nodiscard]] static constexpr std::size_t quantBytesOf(int bits) noexcept
    {
        return tileRows * 4 * static_cast<std::size_t>(bits);
    }
    [[nodiscard]] static constexpr std::size_t scaleCountOf(int bits) noexcept
    {
        return bits == 4 ? 2 * tileRows : tileRows;
    }
    [[nodiscard]] std::size_t quantBytes() const noexcept { return quantBytesOf(bits); }
    [[nodiscard]] std::size_t scaleCount() const noexcept { return scaleCountOf(bits); }
};

enum class QuantisedKernel : std::uint8_t { Generic, Avx2, Avx512 };

// Those that this processor runs, the slowest first.
[[nodiscard]] const std::vector<QuantisedKernel>& quantisedKernels();

// y[16 t + r] for tiles [first, end): sums over blocks of scale * x-scale * (integer product) + minimum * x-scale *
// sum.
using MultiplyTiles = void (*)(const PackedWeights& w, const QuantisedVector& x, std::size_t first, std::size_t end,
                               float* y);
[[nodiscard]] MultiplyTiles multiplyTiles(QuantisedKernel kernel);

void multiplyTilesGeneric(const PackedWeights& w, const QuantisedVector& x, std::size_t first, std::size_t end,
                          float* y);
void multiplyTilesAvx2(const PackedWeights& w, const QuantisedVector& x, std::size_t first, std::size_t end, float* y);
void multiplyTilesAvx512(const PackedWeights& w, const QuantisedVector& x, std::size_t first, std::size_t end,
                         float* y);

} // namespace binaurium
