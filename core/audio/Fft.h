// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace binaurium {

using Complex = std::complex<float>;

// float storage with the alignment that FFTW's SIMD code wants.
template <typename T>
struct FftAllocator
{
    using value_type = T;
    FftAllocator() = default;
    template <typename U>
    FftAllocator(const FftAllocator<U>&) noexcept
    {}
    T* allocate(std::size_t count) { return static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{64})); }
    void deallocate(T* pointer, std::size_t) noexcept { ::operator delete (pointer, std::align_val_t{64}); }
    friend bool operator==(const FftAllocator&, const FftAllocator&) { return true; }
};
template <typename T>
using FftVector = std::vector<T, FftAllocator<T>>;

// Real FFT of one size (FFTW, FFTW_ESTIMATE: the same plan and so the same bits in every run). Immutable: may be shared
// between threads, which bring their own buffers. Buffers must come from FftVector (alignment).
class Fft
{
public:
    // The shared plan of `size` >= 2; made on first use, kept for the life of the program.
    [[nodiscard]] static std::shared_ptr<const Fft> ofSize(std::size_t size);
    ~Fft();
    Fft(const Fft&) = delete;
    Fft& operator=(const Fft&) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t bins() const noexcept { return size_ / 2 + 1; }
    // size() samples to bins() values, not scaled. The input is kept.
    void forward(std::span<const float> samples, std::span<Complex> spectrum) const noexcept;
    // bins() values to size() samples, scaled by 1/size, so that it undoes forward(). The spectrum is overwritten.
    void inverse(std::span<Complex> spectrum, std::span<float> samples) const noexcept;

private:
    explicit Fft(std::size_t size);
    std::size_t size_;
    void* forward_;
    void* inverse_;
};

// Smallest power of two >= n.
[[nodiscard]] std::size_t powerOfTwoAtLeast(std::size_t n) noexcept;

} // namespace binaurium
