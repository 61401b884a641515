// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/LateTail.h"

#include "core/support/Random.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace binaurium {
namespace {

constexpr double scatterRiseS = 0.001; // of scattered sound after the direct sound

// Overlap-add of independent noise frames under sine windows, whose squares add up to one. `shape(frame centre in s,
// bin)` gives the standard deviation per sample. Channels are mixed per bin: two ears by coherence, others independent.
class NoiseSynthesis
{
public:
    NoiseSynthesis(const Head* head, std::size_t channels, double rateHz, std::size_t frames, RandomStream random)
        : head_(head), fft_(Fft::ofSize(Head::fftSizeAt(rateHz))),
          audio_(head != nullptr ? 2 : channels, frames, rateHz), random_(random), window_(fft_->size()),
          time_(fft_->size()), spectra_(audio_.channels(), FftVector<Complex>(fft_->bins()))
    {
        for (std::size_t n = 0; n < window_.size(); ++n)
            window_[n] = static_cast<float>(
                std::sin(std::numbers::pi * (static_cast<double>(n) + 0.5) / static_cast<double>(window_.size())));
    }

    AudioBuffer run(double fromS, const std::function<void(double, std::span<float>)>& shape)
    {
        const auto hop = static_cast<std::ptrdiff_t>(fft_->size() / 2);
        const auto first = static_cast<std::ptrdiff_t>(std::max(0.0, fromS) * audio_.rateHz()) - 2 * hop;
        std::vector<float> deviation(fft_->bins());
        for (std::ptrdiff_t start = first; start < static_cast<std::ptrdiff_t>(audio_.frames()); start += hop) {
            const double centre = static_cast<double>(start + hop) / audio_.rateHz();
            shape(std::max(0.0, centre), deviation);
            drawFrame(deviation);
            for (std::size_t c = 0; c < audio_.channels(); ++c)
                addFrame(c, start);
        }
        return std::move(audio_);
    }

private:
    void drawFrame(std::span<const float> deviation)
    {
        const auto scale = static_cast<float>(std::sqrt(0.5 * static_cast<double>(fft_->size())));
        for (auto& spectrum : spectra_)
            for (std::size_t k = 0; k < spectrum.size(); ++k) {
                const float s = scale * deviation[k];
                spectrum[k] = drawUnit(s);
            }
        if (head_ == nullptr)
            return;
        for (std::size_t k = 0; k < fft_->bins(); ++k) {
            const float g = head_->diffuseCoherence()[k];
            spectra_[1][k] = g * spectra_[0][k] + std::sqrt(std::max(0.0F, 1.0F - g * g)) * spectra_[1][k];
        }
        for (std::size_t ear = 0; ear < 2; ++ear)
            for (std::size_t k = 0; k < fft_->bins(); ++k)
                spectra_[ear][k] *= head_->diffuseMagnitude(ear)[k];
    }

    // Real and imaginary part independent and uniform, with the variance of `scale`. A sample of a frame is the sum of
    // all bins and so normally distributed; normal parts would sound the same and take a third of the whole rendering.
    Complex drawUnit(float scale)
    {
        constexpr double step = 2.0 * std::numbers::sqrt3 / 4294967296.0;
        const std::uint64_t bits = random_.bits();
        const auto part = [&](std::uint64_t half) {
            return scale * static_cast<float>(static_cast<double>(half) * step - std::numbers::sqrt3);
        };
        return {part(bits >> 32), part(bits & 0xffffffffU)};
    }

    void addFrame(std::size_t channel, std::ptrdiff_t start)
    {
        fft_->inverse(spectra_[channel], time_);
        const auto out = audio_.channel(channel);
        // First-order ambisonic components of a diffuse field have a third of the power of W (SN3D).
        const float gain = head_ == nullptr && channel > 0 ? std::sqrt(1.0F / 3.0F) : 1.0F;
        const auto from = std::max<std::ptrdiff_t>(0, -start);
        const auto to =
            std::min(static_cast<std::ptrdiff_t>(time_.size()), static_cast<std::ptrdiff_t>(out.size()) - start);
        for (std::ptrdiff_t n = from; n < to; ++n)
            out[static_cast<std::size_t>(start + n)] +=
                gain * window_[static_cast<std::size_t>(n)] * time_[static_cast<std::size_t>(n)];
    }

    const Head* head_;
    std::shared_ptr<const Fft> fft_;
    AudioBuffer audio_;
    RandomStream random_;
    std::vector<float> window_;
    FftVector<float> time_;
    std::vector<FftVector<Complex>> spectra_;
};

// The decay from a grid of 10 ms, straight lines between in the logarithm: within 1e-4 of the closed form.
class DecayCurve
{
public:
    explicit DecayCurve(const EnergyDecay& decay) : decay_(decay) {}
    double operator()(double timeS, std::size_t band)
    {
        const double position = timeS / stepS;
        const auto low = static_cast<std::size_t>(position);
        auto& values = logEnergy_[band];
        while (values.size() < low + 2)
            values.push_back(std::log(decay_.at(static_cast<double>(values.size()) * stepS, band) + 1e-300));
        return std::exp(values[low] + (position - static_cast<double>(low)) * (values[low + 1] - values[low]));
    }

private:
    static constexpr double stepS = 0.01;
    const EnergyDecay& decay_;
    std::array<std::vector<double>, filterBandCount> logEnergy_;
};

// Noise whose energy per second in each band is `energy(time in s, band)`, from `fromS` on.
AudioBuffer shapedNoise(const Head* head, std::size_t channels, const LateTailOptions& options, std::size_t firstBand,
                        const char* stream, double fromS, const std::function<double(double, std::size_t)>& energy)
{
    const std::size_t fftSize = Head::fftSizeAt(options.rateHz);
    const auto bank = MinimumPhaseBank::of(fftSize, options.rateHz, firstBand);
    const auto frames = static_cast<std::size_t>(std::ceil(options.endS * options.rateHz));
    NoiseSynthesis noise(head, channels, options.rateHz, frames, RandomStream(options.seed, stream, options.index));
    return noise.run(fromS, [&](double timeS, std::span<float> deviation) {
        BandLogGains logDeviation{};
        for (std::size_t b = firstBand; b < filterBandCount; ++b)
            logDeviation[b] =
                static_cast<float>(0.5 * std::log(options.sourcePower[b] * energy(timeS, b) / options.rateHz + 1e-30));
        for (std::size_t k = 0; k < deviation.size(); ++k) {
            float sum = 0.0F;
            for (std::size_t b = firstBand; b < filterBandCount; ++b)
                sum += bank->weight(b, k) * logDeviation[b];
            deviation[k] = std::exp(sum);
        }
    });
}

} // namespace

double imageFade(double timeS, const LateTailOptions& options) noexcept
{
    const double position = std::clamp((timeS - options.startS) / options.fadeS + 0.5, 0.0, 1.0);
    return std::cos(0.5 * std::numbers::pi * position);
}

AudioBuffer lateTail(const EnergyDecay& decay, const Head* head, std::size_t channels, const LateTailOptions& options)
{
    const double fadeStartS = options.startS - 0.5 * options.fadeS;
    auto tail = shapedNoise(head, channels, options, decay.firstBand(), "late tail", fadeStartS, DecayCurve(decay));
    const auto silent = static_cast<std::size_t>(std::max(0.0, fadeStartS) * options.rateHz);
    const auto faded =
        std::min(tail.frames(), static_cast<std::size_t>((options.startS + 0.5 * options.fadeS) * options.rateHz) + 1);
    for (std::size_t c = 0; c < tail.channels(); ++c)
        for (std::size_t n = 0; n < faded; ++n) {
            const double gain = imageFade(static_cast<double>(n) / options.rateHz, options);
            tail.channel(c)[n] *= n < silent ? 0.0F : static_cast<float>(std::sqrt(std::max(0.0, 1.0 - gain * gain)));
        }
    return tail;
}

AudioBuffer scatteredTail(const EnergyDecay& decay, const Head* head, std::size_t channels,
                          const LateTailOptions& options, double directS)
{
    auto tail = shapedNoise(head, channels, options, decay.firstBand(), "scattered sound", directS,
                            [&](double t, std::size_t b) { return decay.scatteredAt(t, b); });
    const auto first = std::min(tail.frames(), static_cast<std::size_t>(directS * options.rateHz) + 1);
    for (std::size_t c = 0; c < tail.channels(); ++c) {
        const auto out = tail.channel(c);
        std::fill_n(out.begin(), first, 0.0F);
        for (std::size_t n = first; n < out.size(); ++n) {
            const double timeS = static_cast<double>(n) / options.rateHz;
            out[n] *= static_cast<float>(std::min(1.0, (timeS - directS) / scatterRiseS) * imageFade(timeS, options));
        }
    }
    return tail;
}

AudioBuffer diffuseNoise(const Head* head, std::size_t channels, double rateHz, std::size_t frames, std::uint64_t seed)
{
    constexpr double pinkFromHz = 60.0; // flat below
    NoiseSynthesis synthesis(head, channels, rateHz, frames, RandomStream(seed, "background noise"));
    const auto fftSize = static_cast<double>(Head::fftSizeAt(rateHz));
    std::vector<float> pink(Head::fftSizeAt(rateHz) / 2 + 1);
    for (std::size_t k = 0; k < pink.size(); ++k)
        pink[k] = static_cast<float>(1.0 / std::sqrt(std::max(pinkFromHz, static_cast<double>(k) * rateHz / fftSize)));
    auto noise = synthesis.run(
        0.0, [&](double, std::span<float> deviation) { std::copy(pink.begin(), pink.end(), deviation.begin()); });
    double power = 0.0;
    for (const float s : noise.all())
        power += static_cast<double>(s) * s;
    const auto gain = static_cast<float>(1.0 / std::sqrt(power / static_cast<double>(noise.all().size()) + 1e-30));
    for (float& s : noise.all())
        s *= gain;
    return noise;
}

} // namespace binaurium
