// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/sounds/SoundPreparation.h"

#include "core/audio/Fft.h"
#include "core/audio/Loudness.h"
#include "core/audio/MixDown.h"
#include "core/audio/Resampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace binaurium {
namespace {

constexpr double silencePeak = 1e-3;        // -60 dB re full scale
constexpr double trimRatio = 1.8e-3;        // -55 dB re the peak
constexpr double fadeS = 0.02;              // at the end of a cut
constexpr double peakLimit = 0.89125093813; // -1 dB
constexpr double decayTopDb = -5.0;
constexpr double decayBottomDb = -25.0;

double toDb(double power)
{
    return 10.0 * std::log10(power + 1e-20);
}

std::vector<float> mixed(const AudioBuffer& recording)
{
    auto mono = mixDown(recording);
    const double mean = std::accumulate(mono.begin(), mono.end(), 0.0) / std::max<double>(1.0, mono.size());
    for (float& s : mono)
        s -= static_cast<float>(mean);
    return mono;
}

double peakOf(std::span<const float> samples)
{
    double peak = 0.0;
    for (const float s : samples)
        peak = std::max(peak, std::abs(static_cast<double>(s)));
    return peak;
}

// From the first to the last sample above the threshold, at most longestS, faded where it is cut.
std::vector<float> trimmed(const std::vector<float>& samples, double peak)
{
    const auto loud = [&](float s) { return std::abs(s) >= trimRatio * peak; };
    const auto first = std::find_if(samples.begin(), samples.end(), loud);
    const auto last = std::find_if(samples.rbegin(), samples.rend(), loud).base();
    const auto longest = static_cast<std::ptrdiff_t>(SoundPreparation::longestS * SoundPreparation::rateHz);
    std::vector<float> cut(first, std::min(last, first + std::min(longest, last - first)));
    const auto fade = std::min(cut.size(), static_cast<std::size_t>(fadeS * SoundPreparation::rateHz));
    for (std::size_t i = 0; i < fade; ++i)
        cut[cut.size() - 1 - i] *= static_cast<float>(i) / static_cast<float>(fade);
    return cut;
}

std::vector<double> envelopeDb(std::span<const float> samples, double rateHz)
{
    const auto block = std::max<std::size_t>(1, static_cast<std::size_t>(0.01 * rateHz));
    std::vector<double> envelope;
    for (std::size_t start = 0; start + block <= samples.size(); start += block) {
        double sum = 0.0;
        for (const float s : samples.subspan(start, block))
            sum += static_cast<double>(s) * s;
        envelope.push_back(toDb(sum / static_cast<double>(block)));
    }
    return envelope;
}

double rolloffHz(std::span<const float> samples, double rateHz)
{
    std::size_t size = 1;
    while (size < samples.size())
        size *= 2;
    FftVector<float> padded(size, 0.0F);
    std::copy(samples.begin(), samples.end(), padded.begin());
    FftVector<Complex> spectrum(size / 2 + 1);
    Fft::ofSize(size)->forward(padded, spectrum);
    double total = 0.0;
    for (const auto& bin : spectrum)
        total += std::norm(bin);
    double sum = 0.0;
    for (std::size_t k = 0; k < spectrum.size(); ++k)
        if ((sum += std::norm(spectrum[k])) >= 0.99 * total)
            return static_cast<double>(k) * rateHz / static_cast<double>(size);
    return rateHz / 2.0;
}

// Seconds for 60 dB by the regression line through the blocks between decayTopDb and decayBottomDb below `top`.
double regressionS(std::span<const double> decay, double topDb, double blockS)
{
    double n = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
    for (std::size_t i = 0; i < decay.size(); ++i) {
        const double below = decay[i] - topDb;
        if (below > decayTopDb || below < decayBottomDb)
            continue;
        const double x = static_cast<double>(i) * blockS;
        n += 1.0;
        sx += x;
        sy += below;
        sxx += x * x;
        sxy += x * below;
    }
    const double denominator = n * sxx - sx * sx;
    if (n < 2.0 || denominator <= 0.0)
        return blockS; // faster than the envelope resolves
    const double slope = (n * sxy - sx * sy) / denominator;
    return slope < 0.0 ? -60.0 / slope : 0.0;
}

} // namespace

double shortestDecayS(std::span<const float> samples, double rateHz)
{
    constexpr double blockS = 0.01;
    constexpr double riseDb = 2.0; // a rise by more ends the free decay
    auto envelope = envelopeDb(samples, rateHz);
    if (envelope.empty())
        return 0.0;
    const double loudest = *std::max_element(envelope.begin(), envelope.end());
    // What was trimmed away stands for silence: a sound that stops dead at its end decays fast.
    envelope.insert(envelope.end(), 3, loudest - 60.0);
    double shortest = 0.0;
    for (std::size_t start = 0; start + 1 < envelope.size(); ++start) {
        if (envelope[start] < loudest - 20.0 || envelope[start + 1] > envelope[start])
            continue;
        double lowest = envelope[start];
        std::size_t end = start + 1;
        while (end < envelope.size() && envelope[end] <= lowest + riseDb && lowest > envelope[start] + decayBottomDb) {
            lowest = std::min(lowest, envelope[end]);
            ++end;
        }
        if (lowest > envelope[start] + decayBottomDb)
            continue;
        const double time = regressionS(std::span(envelope).subspan(start, end - start), envelope[start], blockS);
        if (time > 0.0 && (shortest == 0.0 || time < shortest))
            shortest = time;
    }
    return shortest;
}

PreparedSound prepareSound(const AudioBuffer& recording, bool resonant)
{
    PreparedSound result;
    const auto refuse = [&](std::string why) {
        result.refusal = std::move(why);
        return result;
    };
    if (recording.rateHz() < SoundPreparation::lowestRateHz)
        return refuse("its rate of " + std::to_string(static_cast<int>(recording.rateHz())) + " Hz is below 22050 Hz");
    const auto mono = resample(mixed(recording), recording.rateHz(), SoundPreparation::rateHz);
    const double peak = peakOf(mono);
    if (!(peak >= silencePeak))
        return refuse("it is silent");
    // The end of a file may be cut in the middle of a reverberant tail: the decay is measured before the cut.
    const double decay = shortestDecayS(mono, SoundPreparation::rateHz);
    if (!resonant && decay > SoundPreparation::reverberantS)
        return refuse("it is reverberant (its fastest decay corresponds to " +
                      std::to_string(static_cast<int>(std::lround(decay * 1000.0))) + " ms for 60 dB)");
    auto samples = trimmed(mono, peak);
    if (static_cast<double>(samples.size()) < SoundPreparation::shortestS * SoundPreparation::rateHz)
        return refuse("it is shorter than 30 ms");
    const double level = activeRms(samples, SoundPreparation::rateHz);
    const double gain = std::min(std::pow(10.0, SoundPreparation::levelDb / 20.0) / level, peakLimit / peakOf(samples));
    result.audio = AudioBuffer(1, samples.size(), SoundPreparation::rateHz);
    std::transform(samples.begin(), samples.end(), result.audio.channel(0).begin(),
                   [&](float s) { return static_cast<float>(gain * s); });
    result.measures = {result.audio.durationS(), 20.0 * std::log10(level * gain),
                       rolloffHz(samples, SoundPreparation::rateHz), decay};
    return result;
}

} // namespace binaurium
