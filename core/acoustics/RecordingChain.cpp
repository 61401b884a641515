// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/RecordingChain.h"

#include "core/audio/Convolver.h"
#include "core/audio/MinimumPhase.h"
#include "core/support/Random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr double filterLengthS = 0.03; // of the equaliser: 125 Hz bands ring for about this long

std::vector<float> equaliser(const BandValues& gainsDb, double rateHz)
{
    const std::size_t fftSize = powerOfTwoAtLeast(static_cast<std::size_t>(2.0 * filterLengthS * rateHz));
    BandLogGains logGains{};
    for (std::size_t b = 0; b < octaveBandCount; ++b)
        logGains[b + 1] = static_cast<float>(gainsDb[b] * std::numbers::ln10 / 20.0);
    logGains.front() = logGains[1];
    logGains.back() = logGains[octaveBandCount];
    FftVector<Complex> spectrum(fftSize / 2 + 1);
    FftVector<float> time(fftSize);
    MinimumPhaseBank::of(fftSize, rateHz)->spectrum(logGains, spectrum);
    Fft::ofSize(fftSize)->inverse(spectrum, time);
    return {time.begin(), time.begin() + static_cast<std::ptrdiff_t>(fftSize / 2)};
}

} // namespace

void recordThrough(const Microphones& microphones, std::uint64_t seed, AudioBuffer& ears)
{
    if (microphones.isPerfect() || ears.channels() != 2)
        return;
    for (std::size_t ear = 0; ear < 2; ++ear) {
        const auto& gainsDb = microphones.equaliserDb[ear];
        const auto signal = ears.channel(ear);
        if (std::any_of(gainsDb.begin(), gainsDb.end(), [](double g) { return g != 0.0; })) {
            const auto filter = equaliser(gainsDb, ears.rateHz());
            std::vector<float> filtered(signal.size());
            convolveInto(signal, filter, filtered);
            std::copy(filtered.begin(), filtered.end(), signal.begin());
        }
        if (microphones.selfNoiseDb <= silentNoiseDb)
            continue;
        RandomStream random(seed, "microphone noise", ear);
        const double rms = std::pow(10.0, microphones.selfNoiseDb / 20.0);
        for (float& sample : signal)
            sample += static_cast<float>(rms * random.normal());
    }
}

} // namespace binaurium
