// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A function marked so is compiled for plain x86-64 and for AVX2, and the program takes what the processor has. The
// library is built without contraction into fused multiply-adds, and sums run over a fixed number of lanes, so both
// give the same bits.
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) &&                       \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define BINAURIUM_VECTOR_CLONES [[gnu::target_clones("avx2", "default")]]
#else
#define BINAURIUM_VECTOR_CLONES
#endif

namespace binaurium {

// Numbers computed side by side (GCC and Clang vector extension; any processor). May look at arrays of float.
using EightFloats = float __attribute__((vector_size(32), aligned(4), may_alias));
using FourFloats = float __attribute__((vector_size(16), aligned(4), may_alias));

// Four products of complex numbers that lie side by side, real part first. By reference: the registers that a call
// would use differ between the clones.
[[gnu::always_inline]] inline void complexProduct(const EightFloats& x, const EightFloats& y, EightFloats& out) noexcept
{
    const EightFloats real = __builtin_shufflevector(x, x, 0, 0, 2, 2, 4, 4, 6, 6);
    const EightFloats imaginary = __builtin_shufflevector(x, x, 1, 1, 3, 3, 5, 5, 7, 7);
    const EightFloats turned = __builtin_shufflevector(y, y, 1, 0, 3, 2, 5, 4, 7, 6);
    const EightFloats sign{-1, 1, -1, 1, -1, 1, -1, 1};
    out = real * y + sign * (imaginary * turned);
}

} // namespace binaurium
