// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/LateTail.h"

#include "core/support/Random.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace binaurium {
namespace {

constexpr int directionGrid = 12; // per axis of the octant; midpoint rule in height and azimuth

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
                spectrum[k] = {s * static_cast<float>(random_.normal()), s * static_cast<float>(random_.normal())};
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

    void addFrame(std::size_t channel, std::ptrdiff_t start)
    {
        fft_->inverse(spectra_[channel], time_);
        const auto out = audio_.channel(channel);
        // First-order ambisonic components of a diffuse field have a third of the power of W (SN3D).
        const float gain = head_ == nullptr && channel > 0 ? std::sqrt(1.0F / 3.0F) : 1.0F;
        for (std::size_t n = 0; n < time_.size(); ++n) {
            const std::ptrdiff_t at = start + static_cast<std::ptrdiff_t>(n);
            if (at >= 0 && at < static_cast<std::ptrdiff_t>(out.size()))
                out[static_cast<std::size_t>(at)] += gain * window_[n] * time_[n];
        }
    }

    const Head* head_;
    std::shared_ptr<const Fft> fft_;
    AudioBuffer audio_;
    RandomStream random_;
    std::vector<float> window_;
    FftVector<float> time_;
    std::vector<FftVector<Complex>> spectra_;
};

} // namespace

EnergyDecay::EnergyDecay(const RoomAcoustics& room)
    : scale_(room.speedOfSoundMPerS() / (4.0 * std::numbers::pi * room.volumeM3()))
{
    const Vec3& size = room.sizeM();
    const double c = room.speedOfSoundMPerS();
    for (std::size_t band = 0; band < filterBandCount; ++band) {
        // Energy nepers lost per metre walked along each axis: both walls are hit once per 2 L.
        const double x = -(room.wallLogGain(Wall::West, band) + room.wallLogGain(Wall::East, band)) / size.x;
        const double y = -(room.wallLogGain(Wall::South, band) + room.wallLogGain(Wall::North, band)) / size.y;
        const double z = -(room.wallLogGain(Wall::Floor, band) + room.wallLogGain(Wall::Ceiling, band)) / size.z;
        const double air = -2.0 * room.airLogGainPerM(band);
        for (int i = 0; i < directionGrid; ++i)
            for (int j = 0; j < directionGrid; ++j) {
                const double height = (i + 0.5) / directionGrid; // uniform in height is uniform in area
                const double azimuth = 0.5 * std::numbers::pi * (j + 0.5) / directionGrid;
                const double radius = std::sqrt(1.0 - height * height);
                lossPerS_[band].push_back(static_cast<float>(
                    c * (radius * std::cos(azimuth) * x + radius * std::sin(azimuth) * y + height * z + air)));
            }
    }
}

double EnergyDecay::at(double timeS, std::size_t band) const noexcept
{
    double sum = 0.0;
    for (const float loss : lossPerS_[band])
        sum += std::exp(-timeS * loss);
    return scale_ * sum / static_cast<double>(lossPerS_[band].size());
}

double EnergyDecay::reverberationTimeS(std::size_t band) const
{
    // The energy still to come is the integral of at(), in closed form per direction.
    const auto remaining = [&](double t) {
        double sum = 0.0;
        for (const float loss : lossPerS_[band])
            sum += std::exp(-t * loss) / loss;
        return sum;
    };
    const double whole = remaining(0.0);
    const auto timeOf = [&](double decibels) {
        double low = 0.0;
        double high = 100.0;
        for (int i = 0; i < 60; ++i) {
            const double middle = 0.5 * (low + high);
            (10.0 * std::log10(remaining(middle) / whole) > decibels ? low : high) = middle;
        }
        return low;
    };
    return 2.0 * (timeOf(-35.0) - timeOf(-5.0));
}

double EnergyDecay::durationS(double decibels, double limitS) const noexcept
{
    constexpr double stepS = 0.02;
    for (double t = stepS; t < limitS; t += stepS) {
        bool over = true;
        for (std::size_t band = 0; band < filterBandCount && over; ++band)
            over = at(t, band) < at(0.0, band) * std::pow(10.0, -decibels / 10.0);
        if (over)
            return t;
    }
    return limitS;
}

double imageFade(double timeS, const LateTailOptions& options) noexcept
{
    const double position = std::clamp((timeS - options.startS) / options.fadeS + 0.5, 0.0, 1.0);
    return std::cos(0.5 * std::numbers::pi * position);
}

AudioBuffer lateTail(const EnergyDecay& decay, const Head* head, std::size_t channels, const LateTailOptions& options)
{
    const std::size_t fftSize = Head::fftSizeAt(options.rateHz);
    const auto bank = MinimumPhaseBank::of(fftSize, options.rateHz);
    const auto frames = static_cast<std::size_t>(std::ceil(options.endS * options.rateHz));
    NoiseSynthesis noise(head, channels, options.rateHz, frames,
                         RandomStream(options.seed, "late tail", options.index));
    const double fadeStartS = options.startS - 0.5 * options.fadeS;
    auto tail = noise.run(fadeStartS, [&](double timeS, std::span<float> deviation) {
        std::array<float, filterBandCount> logDeviation{};
        for (std::size_t b = 0; b < filterBandCount; ++b)
            logDeviation[b] = static_cast<float>(0.5 * std::log(decay.at(timeS, b) / options.rateHz + 1e-30));
        for (std::size_t k = 0; k < deviation.size(); ++k) {
            float sum = 0.0F;
            for (std::size_t b = 0; b < filterBandCount; ++b)
                sum += bank->weight(b, k) * logDeviation[b];
            deviation[k] = std::exp(sum);
        }
    });
    const auto silent = static_cast<std::size_t>(std::max(0.0, fadeStartS) * options.rateHz);
    const auto faded =
        std::min(frames, static_cast<std::size_t>((options.startS + 0.5 * options.fadeS) * options.rateHz) + 1);
    for (std::size_t c = 0; c < tail.channels(); ++c)
        for (std::size_t n = 0; n < faded; ++n) {
            const double gain = imageFade(static_cast<double>(n) / options.rateHz, options);
            tail.channel(c)[n] *= n < silent ? 0.0F : static_cast<float>(std::sqrt(std::max(0.0, 1.0 - gain * gain)));
        }
    return tail;
}

AudioBuffer diffuseNoise(const Head* head, std::size_t channels, double rateHz, std::size_t frames, std::uint64_t seed)
{
    constexpr double pinkFromHz = 60.0; // flat below
    NoiseSynthesis synthesis(head, channels, rateHz, frames, RandomStream(seed, "background noise"));
    const auto fftSize = static_cast<double>(Head::fftSizeAt(rateHz));
    auto noise = synthesis.run(0.0, [&](double, std::span<float> deviation) {
        for (std::size_t k = 0; k < deviation.size(); ++k)
            deviation[k] =
                static_cast<float>(1.0 / std::sqrt(std::max(pinkFromHz, static_cast<double>(k) * rateHz / fftSize)));
    });
    double power = 0.0;
    for (const float s : noise.all())
        power += static_cast<double>(s) * s;
    const auto gain = static_cast<float>(1.0 / std::sqrt(power / static_cast<double>(noise.all().size()) + 1e-30));
    for (float& s : noise.all())
        s *= gain;
    return noise;
}

} // namespace binaurium
