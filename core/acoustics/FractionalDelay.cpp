// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/FractionalDelay.h"

#include "core/audio/Vectors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>

namespace binaurium {
namespace {

constexpr double kaiserBeta = 7.0; // stop band about -70 dB

// spectrum[k] *= lower * a[k] + upper * b[k], complex numbers interleaved.
BINAURIUM_VECTOR_CLONES void multiplyBlended(const float* __restrict a, const float* __restrict b, float lower,
                                             float upper, float* __restrict spectrum, std::size_t count) noexcept
{
    std::size_t k = 0;
    EightFloats kernel;
    for (; k + 4 <= count; k += 4) {
        auto& four = *reinterpret_cast<EightFloats*>(spectrum + 2 * k);
        kernel = lower * *reinterpret_cast<const EightFloats*>(a + 2 * k) +
                 upper * *reinterpret_cast<const EightFloats*>(b + 2 * k);
        complexProduct(four, kernel, four);
    }
    for (; k < count; ++k) {
        const float re = lower * a[2 * k] + upper * b[2 * k];
        const float im = lower * a[2 * k + 1] + upper * b[2 * k + 1];
        const float real = spectrum[2 * k] * re - spectrum[2 * k + 1] * im;
        spectrum[2 * k + 1] = spectrum[2 * k] * im + spectrum[2 * k + 1] * re;
        spectrum[2 * k] = real;
    }
}

// out[n] = the padded signal at positions[n], which lies inside it; rows of `kernels` are `steps` fractions of a
// sample.
BINAURIUM_VECTOR_CLONES void interpolate(const float* __restrict signal, const double* __restrict positions,
                                         const float* __restrict kernels, double steps, float* __restrict out,
                                         std::size_t count) noexcept
{
    constexpr std::size_t lanes = 8;
    constexpr std::size_t taps = SincKernels::taps;
    static_assert(taps % lanes == 0);
    for (std::size_t n = 0; n < count; ++n) {
        const auto start = static_cast<std::size_t>(positions[n]);
        const double row = (positions[n] - static_cast<double>(start)) * steps;
        const auto step = static_cast<std::size_t>(row);
        const auto upper = static_cast<float>(row - static_cast<double>(step));
        const float* a = kernels + step * taps;
        EightFloats sum{};
        for (std::size_t tap = 0; tap < taps; tap += lanes) {
            const auto& low = *reinterpret_cast<const EightFloats*>(a + tap);
            const auto& high = *reinterpret_cast<const EightFloats*>(a + taps + tap);
            sum += (low + upper * (high - low)) * *reinterpret_cast<const EightFloats*>(signal + start + tap);
        }
        out[n] = ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
    }
}

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
    multiplyBlended(reinterpret_cast<const float*>(a), reinterpret_cast<const float*>(a + bins_), lower, upper,
                    reinterpret_cast<float*>(spectrum.data()), bins_);
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

void SincKernels::interpolate(const float* signal, std::span<const double> positions,
                              std::span<float> out) const noexcept
{
    binaurium::interpolate(signal, positions.data(), kernels_.data(), static_cast<double>(steps), out.data(),
                           positions.size());
}

InterpolatedSignal::InterpolatedSignal(std::span<const float> signal) : padded_(signal.size() + 2 * SincKernels::taps)
{
    std::copy(signal.begin(), signal.end(), padded_.begin() + SincKernels::taps);
    const auto sounds = [](float s) { return s != 0.0F; };
    const auto first = std::find_if(signal.begin(), signal.end(), sounds);
    const auto last = std::find_if(signal.rbegin(), signal.rend(), sounds);
    soundFirst_ = first - signal.begin();
    soundLast_ = signal.rend() - last - 1; // before the first one where all is silent
}

bool InterpolatedSignal::isSilent(double first, double last) const noexcept
{
    constexpr auto reach = static_cast<double>(SincKernels::taps);
    return last + reach < static_cast<double>(soundFirst_) || first - reach > static_cast<double>(soundLast_);
}

void InterpolatedSignal::read(std::span<double> positions, std::span<float> out) const noexcept
{
    // Sample 0 of the signal lies behind a kernel's length of silence; farther outside, the silence at either end
    // serves.
    const double last = static_cast<double>(padded_.size() - SincKernels::taps);
    for (double& position : positions)
        position = std::clamp(position + static_cast<double>(SincKernels::taps - SincKernels::lead), 0.0, last);
    SincKernels::instance().interpolate(padded_.data(), positions, out);
}

} // namespace binaurium
