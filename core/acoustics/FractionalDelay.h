// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/Fft.h"

#include <memory>

namespace binaurium {

// Spectra of Kaiser-windowed sinc kernels at 64 fractions of a sample, interpolated linearly between neighbours (error
// below -70 dB in the passband). Immutable, may be shared between threads.
class FractionalDelayTable
{
public:
    static constexpr std::size_t halfTaps = 16; // every kernel delays by this many samples and the fraction
    [[nodiscard]] static std::shared_ptr<const FractionalDelayTable> ofFftSize(std::size_t fftSize);

    // spectrum[k] *= kernel of `fraction` in [0, 1) at bin k; fftSize / 2 + 1 values.
    void apply(double fraction, std::span<Complex> spectrum) const noexcept;

private:
    explicit FractionalDelayTable(std::size_t fftSize);
    static constexpr std::size_t steps = 64;
    std::size_t bins_;
    std::vector<Complex> kernels_; // [step 0 .. steps][bin]
};

// Kernels of 32 taps at 512 fractions of a sample, interpolated linearly between neighbours (error below that of the
// window, -70 dB). Immutable, shared.
class SincKernels
{
public:
    static constexpr std::size_t taps = 2 * FractionalDelayTable::halfTaps;
    // Taps before the one at or before the time that is meant.
    static constexpr std::size_t lead = FractionalDelayTable::halfTaps - 1;
    [[nodiscard]] static const SincKernels& instance();
    // weights[k] = kernel at k - lead - fraction, fraction in [0, 1).
    void weights(double fraction, std::span<float, taps> weights) const noexcept;
    // out[n] = sum of signal[floor(positions[n]) + k] times weight k for the fraction of positions[n], which is >= 0.
    void interpolate(const float* signal, std::span<const double> positions, std::span<float> out) const noexcept;

private:
    SincKernels();
    static constexpr std::size_t steps = 512;
    std::vector<float> kernels_; // [fraction][tap]
};

// A signal that can be read between its samples; silence before and after it. Immutable.
class InterpolatedSignal
{
public:
    explicit InterpolatedSignal(std::span<const float> signal);
    // out[n] = value at positions[n] samples from the start, any numbers. The positions are used up.
    void read(std::span<double> positions, std::span<float> out) const noexcept;
    // Whether everything that can be read from `first` to `last` samples from the start is silence.
    [[nodiscard]] bool isSilent(double first, double last) const noexcept;

private:
    std::vector<float> padded_;
    std::ptrdiff_t soundFirst_, soundLast_; // of the samples that are not 0
};

// Kernel value at `offset` samples from its centre: sinc times Kaiser window, zero beyond halfTaps.
[[nodiscard]] double windowedSinc(double offset);

} // namespace binaurium
