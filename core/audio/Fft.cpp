// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/Fft.h"

#include <bit>
#include <fftw3.h>
#include <map>
#include <mutex>

namespace binaurium {
namespace {

fftwf_complex* raw(Complex* values)
{
    return reinterpret_cast<fftwf_complex*>(values); // layout guaranteed by the standard
}

} // namespace

std::size_t powerOfTwoAtLeast(std::size_t n) noexcept
{
    return std::bit_ceil(n);
}

Fft::Fft(std::size_t size) : size_(size)
{
    FftVector<float> samples(size);
    FftVector<Complex> spectrum(bins());
    const int n = static_cast<int>(size);
    forward_ = fftwf_plan_dft_r2c_1d(n, samples.data(), raw(spectrum.data()), FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
    inverse_ = fftwf_plan_dft_c2r_1d(n, raw(spectrum.data()), samples.data(), FFTW_ESTIMATE);
}

Fft::~Fft()
{
    fftwf_destroy_plan(static_cast<fftwf_plan>(forward_));
    fftwf_destroy_plan(static_cast<fftwf_plan>(inverse_));
}

std::shared_ptr<const Fft> Fft::ofSize(std::size_t size)
{
    static std::mutex mutex; // FFTW's planner is not thread-safe
    static std::map<std::size_t, std::shared_ptr<const Fft>> plans;
    const std::lock_guard lock(mutex);
    auto& plan = plans[size];
    if (!plan)
        plan.reset(new Fft(size));
    return plan;
}

void Fft::forward(std::span<const float> samples, std::span<Complex> spectrum) const noexcept
{
    fftwf_execute_dft_r2c(static_cast<fftwf_plan>(forward_), const_cast<float*>(samples.data()), raw(spectrum.data()));
}

void Fft::inverse(std::span<Complex> spectrum, std::span<float> samples) const noexcept
{
    fftwf_execute_dft_c2r(static_cast<fftwf_plan>(inverse_), raw(spectrum.data()), samples.data());
    const float scale = 1.0F / static_cast<float>(size_);
    for (float& s : samples.first(size_))
        s *= scale;
}

} // namespace binaurium
