// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/Fft.h"

#include <array>
#include <memory>

namespace binaurium {

// Bands of the filters: the seven octaves of the materials, 16 kHz, where air absorption matters, and for materials
// with nine values 62.5 Hz.
inline constexpr std::size_t filterBandCount = 9;
inline constexpr std::array<double, filterBandCount> filterBandHz{62.5, 125, 250, 500, 1000, 2000, 4000, 8000, 16000};
inline constexpr std::size_t filterBand1kHz = 4;
using BandLogGains = std::array<float, filterBandCount>; // natural logarithm of the amplitude

// Minimum-phase filters from band gains. The log magnitude is interpolated linearly over log frequency, and the complex
// log spectrum of a minimum-phase filter is linear in it (Oppenheim and Schafer, homomorphic processing), so one basis
// spectrum per band serves every filter: H = exp(sum_b g_b C_b). Immutable, may be shared between threads.
class MinimumPhaseBank
{
public:
    // Bands below `firstBand` (0: nine bands, 1: eight from 125 Hz) are ignored, the first one used reaches to 0 Hz.
    [[nodiscard]] static std::shared_ptr<const MinimumPhaseBank> of(std::size_t fftSize, double rateHz,
                                                                    std::size_t firstBand = 1);

    // spectrum[k] = filter at bin k of an FFT of fftSize; fftSize / 2 + 1 values.
    void spectrum(const BandLogGains& logGains, std::span<Complex> spectrum) const noexcept
    {
        this->spectrum(logGains, logGains, spectrum);
    }
    // The same with the minimum phase of other gains: what is in `magnitude` alone has no phase.
    void spectrum(const BandLogGains& magnitude, const BandLogGains& phase, std::span<Complex> spectrum) const noexcept;
    // Interpolation weights of the bands at bin k; they sum to 1.
    [[nodiscard]] float weight(std::size_t band, std::size_t bin) const noexcept { return basis_[band][bin].real(); }
    [[nodiscard]] std::size_t bins() const noexcept { return basis_[0].size(); }

private:
    MinimumPhaseBank(std::size_t fftSize, double rateHz, std::size_t firstBand);
    std::size_t firstBand_;
    std::array<std::vector<Complex>, filterBandCount> basis_;
};

} // namespace binaurium
