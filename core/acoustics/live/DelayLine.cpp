// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/DelayLine.h"

#include "core/audio/Vectors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr std::size_t quantum = LiveRate::quantum;
constexpr int fractionBits = 32;
constexpr double one = 4294967296.0; // 2^fractionBits
constexpr double kaiserBeta = 6.0;   // side lobes about -63 dB, flat to 17 kHz at 48 kHz

// out[n] = sum of kernel[t] window[n + t].
BINAURIUM_VECTOR_CLONES void filterQuantum(const float* __restrict window, const float* __restrict kernel,
                                           float* __restrict out) noexcept
{
    for (std::size_t n = 0; n < quantum; ++n)
        out[n] = 0.0F;
    for (std::size_t t = 0; t < DelayKernels::taps; ++t) {
        const float k = kernel[t];
        for (std::size_t n = 0; n < quantum; ++n)
            out[n] += k * window[n + t];
    }
}

// The same with a kernel for each sample, by the fraction of its position (32 bits of it).
BINAURIUM_VECTOR_CLONES void interpolateQuantum(const float* __restrict ring, std::size_t mask,
                                                const float* __restrict kernels, std::uint64_t position,
                                                std::uint64_t step, float* __restrict out) noexcept
{
    static_assert(DelayKernels::taps == 16);
    for (std::size_t n = 0; n < quantum; ++n, position += step) {
        const auto* x = reinterpret_cast<const EightFloats*>(ring + ((position >> fractionBits) & mask));
        const auto* k = reinterpret_cast<const EightFloats*>(
            kernels +
            (static_cast<std::uint32_t>(position) >> (fractionBits - DelayKernels::phaseBits)) * DelayKernels::taps);
        const EightFloats eight = x[0] * k[0] + x[1] * k[1];
        const FourFloats four =
            __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
        const FourFloats two = four + __builtin_shufflevector(four, four, 2, 3, 0, 1);
        out[n] = two[0] + two[1];
    }
}

} // namespace

DelayKernels::DelayKernels() : kernels_((std::size_t{1} << phaseBits) * taps)
{
    constexpr std::size_t phases = std::size_t{1} << phaseBits;
    constexpr double half = static_cast<double>(taps) / 2.0;
    for (std::size_t p = 0; p < phases; ++p) {
        const double fraction = static_cast<double>(p) / static_cast<double>(phases);
        double sum = 0.0;
        double kernel[taps];
        for (std::size_t t = 0; t < taps; ++t) {
            const double offset = static_cast<double>(t) - (half - 1.0) - fraction;
            const double position = offset / half;
            const double window = std::abs(position) >= 1.0
                                      ? 0.0
                                      : std::cyl_bessel_i(0.0, kaiserBeta * std::sqrt(1.0 - position * position)) /
                                            std::cyl_bessel_i(0.0, kaiserBeta);
            const double x = std::numbers::pi * offset;
            kernel[t] = window * (std::abs(x) < 1e-9 ? 1.0 : std::sin(x) / x);
            sum += kernel[t];
        }
        for (std::size_t t = 0; t < taps; ++t) // the same gain at 0 Hz for every fraction
            kernels_[p * taps + t] = static_cast<float>(kernel[t] / sum);
    }
}

const DelayKernels& DelayKernels::instance()
{
    static const DelayKernels kernels;
    return kernels;
}

DelayLine::DelayLine(std::size_t maximumSamples)
    : size_(std::bit_ceil(maximumSamples + DelayKernels::taps + 2 * quantum)),
      maximum_(static_cast<double>(maximumSamples)), samples_(size_ + DelayKernels::taps)
{
    (void)DelayKernels::instance();
}

void DelayLine::clear() noexcept
{
    std::fill(samples_.begin(), samples_.end(), 0.0F);
}

void DelayLine::write(std::span<const float> samples) noexcept
{
    // The size is a multiple of the quantum, so a quantum never wraps.
    const std::size_t at = written_ & (size_ - 1);
    std::copy_n(samples.begin(), quantum, samples_.begin() + static_cast<std::ptrdiff_t>(at));
    if (at == 0)
        std::copy_n(samples.begin(), DelayKernels::taps, samples_.begin() + static_cast<std::ptrdiff_t>(size_));
    written_ += quantum;
}

void DelayLine::read(double from, double to, std::span<float> out) const noexcept
{
    const double first = std::clamp(from, DelayKernels::reach, maximum_);
    const double last = std::clamp(to, DelayKernels::reach, maximum_);
    // Position of the first tap, 32 bits of fraction, rounded to the nearest kernel. Counts modulo 2^32 samples.
    const auto base = static_cast<std::uint64_t>(written_ - quantum + size_) << fractionBits;
    constexpr double before = static_cast<double>(DelayKernels::taps) / 2.0 - 1.0;
    constexpr std::uint64_t halfPhase = std::uint64_t{1} << (fractionBits - DelayKernels::phaseBits - 1);
    const std::uint64_t position = base - static_cast<std::uint64_t>((first + before) * one) + halfPhase;
    if (first == last)
        readResting(position, out.data());
    else
        readMoving(
            position,
            static_cast<std::uint64_t>(std::llround((1.0 - (last - first) / static_cast<double>(quantum)) * one)),
            out.data());
}

void DelayLine::readResting(std::uint64_t position, float* out) const noexcept
{
    const float* kernel =
        DelayKernels::instance().at(static_cast<std::uint32_t>(position) >> (fractionBits - DelayKernels::phaseBits));
    const std::size_t mask = size_ - 1;
    const std::size_t start = (position >> fractionBits) & mask;
    float window[quantum + DelayKernels::taps]; // unwrapped
    const std::size_t whole = std::min(size_ - start, quantum + DelayKernels::taps);
    std::copy_n(samples_.data() + start, whole, window);
    std::copy_n(samples_.data(), quantum + DelayKernels::taps - whole, window + whole);
    filterQuantum(window, kernel, out);
}

void DelayLine::readMoving(std::uint64_t position, std::uint64_t step, float* out) const noexcept
{
    interpolateQuantum(samples_.data(), size_ - 1, DelayKernels::instance().at(0), position, step, out);
}

} // namespace binaurium
