// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/FractionalDelay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>

namespace binaurium {
namespace {

constexpr double kaiserBeta = 7.0; // stop band about -70 dB

} // namespace

double windowedSinc(double offset)
{
    const double position = offset / static_cast<double>(FractionalDelayTable::halfTaps);
    if (std::abs(position) >= 1.0)
        return 0.0;
    const double window =
        std::cyl_bessel_i(0.0, kaiserBeta * std::sqrt(1.0 - position * position)) / std::cyl_bessel_i(0.0, kaiserBeta);
    const double x = std::numbers::pi * offset;
    return window * (std::abs(x) < 1e-9 ? 1.0 : std::sin(x) / x);
}

FractionalDelayTable::FractionalDelayTable(std::size_t fftSize) : bins_(fftSize / 2 + 1), kernels_((steps + 1) * bins_)
{
    const auto fft = Fft::ofSize(fftSize);
    FftVector<float> kernel(fftSize);
    FftVector<Complex> spectrum(bins_);
    for (std::size_t step = 0; step <= steps; ++step) {
        const double fraction = static_cast<double>(step) / steps;
        for (std::size_t n = 0; n < fftSize; ++n)
            kernel[n] = static_cast<float>(windowedSinc(static_cast<double>(n) - halfTaps - fraction));
        fft->forward(kernel, spectrum);
        std::copy(spectrum.begin(), spectrum.end(), kernels_.begin() + static_cast<std::ptrdiff_t>(step * bins_));
    }
}

std::shared_ptr<const FractionalDelayTable> FractionalDelayTable::ofFftSize(std::size_t fftSize)
{
    static std::mutex mutex;
    static std::map<std::size_t, std::shared_ptr<const FractionalDelayTable>> tables;
    const std::lock_guard lock(mutex);
    auto& table = tables[fftSize];
    if (!table)
        table.reset(new FractionalDelayTable(fftSize));
    return table;
}

void FractionalDelayTable::apply(double fraction, std::span<Complex> spectrum) const noexcept
{
    const double position = fraction * steps;
    const auto step = static_cast<std::size_t>(position);
    const auto upper = static_cast<float>(position - static_cast<double>(step));
    const float lower = 1.0F - upper;
    const Complex* a = kernels_.data() + step * bins_;
    const Complex* b = a + bins_;
    for (std::size_t k = 0; k < bins_; ++k) {
        const float re = lower * a[k].real() + upper * b[k].real();
        const float im = lower * a[k].imag() + upper * b[k].imag();
        const Complex s = spectrum[k];
        spectrum[k] = {s.real() * re - s.imag() * im, s.real() * im + s.imag() * re};
    }
}

SincKernels::SincKernels() : kernels_((steps + 1) * taps)
{
    for (std::size_t step = 0; step <= steps; ++step)
        for (std::size_t tap = 0; tap < taps; ++tap)
            kernels_[step * taps + tap] =
                static_cast<float>(windowedSinc(static_cast<double>(tap) - static_cast<double>(lead) -
                                                static_cast<double>(step) / static_cast<double>(steps)));
}

const SincKernels& SincKernels::instance()
{
    static const SincKernels kernels;
    return kernels;
}

void SincKernels::weights(double fraction, std::span<float, taps> weights) const noexcept
{
    const double row = fraction * static_cast<double>(steps);
    const auto step = static_cast<std::size_t>(row);
    const auto upper = static_cast<float>(row - static_cast<double>(step));
    const float* a = kernels_.data() + step * taps;
    const float* b = a + taps;
    for (std::size_t tap = 0; tap < taps; ++tap)
        weights[tap] = a[tap] + upper * (b[tap] - a[tap]);
}

InterpolatedSignal::InterpolatedSignal(std::span<const float> signal) : padded_(signal.size() + 2 * SincKernels::taps)
{
    std::copy(signal.begin(), signal.end(), padded_.begin() + SincKernels::taps);
}

float InterpolatedSignal::read(double position) const noexcept
{
    // Sample 0 of the signal lies behind a kernel's length of silence.
    const double shifted = position + static_cast<double>(SincKernels::taps - SincKernels::lead);
    const double start = std::floor(shifted);
    if (!(start >= 0.0 && start + SincKernels::taps <= static_cast<double>(padded_.size())))
        return 0.0F;
    std::array<float, SincKernels::taps> weights{};
    SincKernels::instance().weights(shifted - start, weights);
    const float* x = padded_.data() + static_cast<std::size_t>(start);
    constexpr std::size_t lanes = 8; // sums side by side, which the compiler turns into vector instructions
    std::array<float, lanes> sum{};
    for (std::size_t tap = 0; tap < SincKernels::taps; tap += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane)
            sum[lane] += weights[tap + lane] * x[tap + lane];
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

} // namespace binaurium
