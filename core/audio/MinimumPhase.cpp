// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/MinimumPhase.h"

#include "core/audio/Vectors.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <tuple>

namespace binaurium {
namespace {

// Cepstral aliasing falls with the length of the transform that the basis is made with.
constexpr std::size_t oversampling = 16;

// Weight of `band` at `frequencyHz`: a triangle over log frequency; the outer bands reach to 0 Hz and to Nyquist.
double bandWeight(std::size_t band, double frequencyHz, std::size_t firstBand)
{
    const double octave = std::log2(std::max(frequencyHz, 1.0) / filterBandHz[firstBand]);
    const double position = std::clamp(octave, 0.0, static_cast<double>(filterBandCount - 1 - firstBand));
    return std::max(0.0, 1.0 - std::abs(position - static_cast<double>(band - firstBand)));
}

// sum[k] += the real part of basis[k] times `real` and its imaginary part times `imaginary`, both interleaved.
BINAURIUM_VECTOR_CLONES void addScaled(const float* __restrict basis, float real, float imaginary,
                                       float* __restrict sum, std::size_t count) noexcept
{
    for (std::size_t k = 0; k < count; ++k) {
        sum[2 * k] += real * basis[2 * k];
        sum[2 * k + 1] += imaginary * basis[2 * k + 1];
    }
}

} // namespace

MinimumPhaseBank::MinimumPhaseBank(std::size_t fftSize, double rateHz, std::size_t firstBand) : firstBand_(firstBand)
{
    const std::size_t size = fftSize * oversampling;
    const auto fft = Fft::ofSize(size);
    FftVector<Complex> spectrum(fft->bins());
    FftVector<float> cepstrum(size);
    for (std::size_t band = 0; band < firstBand; ++band)
        basis_[band].resize(fftSize / 2 + 1);
    for (std::size_t band = firstBand; band < filterBandCount; ++band) {
        for (std::size_t k = 0; k < spectrum.size(); ++k)
            spectrum[k] = static_cast<float>(
                bandWeight(band, rateHz * static_cast<double>(k) / static_cast<double>(size), firstBand));
        fft->inverse(spectrum, cepstrum);
        // Fold the negative quefrencies onto the positive ones: causal cepstrum = minimum phase.
        for (std::size_t n = 1; n < size / 2; ++n) {
            cepstrum[n] *= 2.0F;
            cepstrum[size - n] = 0.0F;
        }
        fft->forward(cepstrum, spectrum);
        basis_[band].resize(fftSize / 2 + 1);
        for (std::size_t k = 0; k < basis_[band].size(); ++k)
            basis_[band][k] = spectrum[k * oversampling];
    }
}

std::shared_ptr<const MinimumPhaseBank> MinimumPhaseBank::of(std::size_t fftSize, double rateHz, std::size_t firstBand)
{
    using Key = std::tuple<std::size_t, double, std::size_t>;
    static std::mutex mutex;
    static std::map<Key, std::shared_ptr<const MinimumPhaseBank>> banks;
    const std::lock_guard lock(mutex);
    auto& bank = banks[{fftSize, rateHz, firstBand}];
    if (!bank)
        bank.reset(new MinimumPhaseBank(fftSize, rateHz, firstBand));
    return bank;
}

void MinimumPhaseBank::spectrum(const BandLogGains& magnitude, const BandLogGains& phase,
                                std::span<Complex> spectrum) const noexcept
{
    std::fill(spectrum.begin(), spectrum.end(), Complex{});
    for (std::size_t band = firstBand_; band < filterBandCount; ++band)
        addScaled(reinterpret_cast<const float*>(basis_[band].data()), magnitude[band], phase[band],
                  reinterpret_cast<float*>(spectrum.data()), spectrum.size());
    for (Complex& value : spectrum) {
        const float radius = std::exp(value.real());
        value = {radius * std::cos(value.imag()), radius * std::sin(value.imag())};
    }
}

} // namespace binaurium
