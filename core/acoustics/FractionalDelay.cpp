// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/FractionalDelay.h"

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

} // namespace binaurium
