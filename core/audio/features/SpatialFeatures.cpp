// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/features/SpatialFeatures.h"

#include "core/audio/Fft.h"
#include "core/support/Error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

using Layout = SpatialFeatureLayout;
constexpr std::size_t binCount = Layout::fftSize / 2 + 1;
constexpr double lowHz = 80.0;
constexpr double highHz = 15500.0;
constexpr double warpHz = 1500.0;
constexpr float floorDb = 70.0F;
constexpr float levelScaleDb = 15.0F;
constexpr float ildScaleDb = 10.0F;
constexpr float gccScale = 4.0F;
constexpr float tinyPower = 1e-12F;

// One triangle of the filter bank: weights of bins first .. first + weights.size() - 1.
struct Band
{
    std::size_t first = 0;
    std::vector<float> weights;
};

// Edge i of the bands; edge b + 1 is the centre of band b.
double edgeHz(std::size_t i)
{
    const double low = std::asinh(lowHz / warpHz);
    const double step = (std::asinh(highHz / warpHz) - low) / static_cast<double>(Layout::bands + 1);
    return warpHz * std::sinh(low + step * static_cast<double>(i));
}

std::vector<Band> makeBands()
{
    const auto edgeBin = [](std::size_t i) { return edgeHz(i) * Layout::fftSize / Layout::rateHz; };
    std::vector<Band> bands(Layout::bands);
    for (std::size_t b = 0; b < Layout::bands; ++b) {
        // At least one bin to either side, so that no low band is empty.
        const double centre = edgeBin(b + 1);
        const double left = std::min(edgeBin(b), centre - 1.0);
        const double right = std::max(edgeBin(b + 2), centre + 1.0);
        bands[b].first = static_cast<std::size_t>(std::max(0.0, std::ceil(left)));
        for (std::size_t k = bands[b].first; k < binCount && static_cast<double>(k) < right; ++k) {
            const double x = static_cast<double>(k);
            bands[b].weights.push_back(static_cast<float>(
                std::max(0.0, x < centre ? (x - left) / (centre - left) : (right - x) / (right - centre))));
        }
    }
    return bands;
}

std::vector<float> makeWindow()
{
    std::vector<float> window(Layout::fftSize);
    for (std::size_t i = 0; i < window.size(); ++i)
        window[i] =
            static_cast<float>(0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(i) / Layout::fftSize));
    return window;
}

// Work buffers and tables of one extraction.
class Extractor
{
public:
    Extractor(const AudioBuffer& audio, SpatialFeatures& features) : audio_(audio), features_(features) {}

    void run()
    {
        for (std::size_t t = 0; t < features_.frames; ++t) {
            transform(0, t, left_);
            transform(1, t, right_);
            writeBands(t);
            writeGcc(t);
        }
        normaliseLevel();
    }

private:
    // Spectrum of the frame centred on t * hop; zeros outside the clip.
    void transform(std::size_t channel, std::size_t t, FftVector<Complex>& spectrum)
    {
        const auto samples = audio_.channel(channel);
        const auto start = static_cast<std::ptrdiff_t>(t * Layout::hop + Layout::hop / 2) -
                           static_cast<std::ptrdiff_t>(Layout::fftSize / 2);
        for (std::size_t i = 0; i < Layout::fftSize; ++i) {
            const std::ptrdiff_t n = start + static_cast<std::ptrdiff_t>(i);
            const bool inside = n >= 0 && n < static_cast<std::ptrdiff_t>(samples.size());
            time_[i] = inside ? samples[static_cast<std::size_t>(n)] * window_[i] : 0.0F;
        }
        fft_->forward(time_, spectrum);
    }

    float* bandRow(std::size_t channel, std::size_t t)
    {
        return features_.bands.data() + (channel * features_.frames + t) * Layout::bands;
    }

    void writeBands(std::size_t t)
    {
        for (std::size_t b = 0; b < Layout::bands; ++b) {
            const Band& band = bands_[b];
            float powerL = tinyPower;
            float powerR = tinyPower;
            Complex cross{};
            for (std::size_t i = 0; i < band.weights.size(); ++i) {
                const Complex l = left_[band.first + i];
                const Complex r = right_[band.first + i];
                const float w = band.weights[i];
                powerL += w * std::norm(l);
                powerR += w * std::norm(r);
                cross +=
                    w * Complex(l.real() * r.real() + l.imag() * r.imag(), l.imag() * r.real() - l.real() * r.imag());
            }
            const float levelL = 10.0F * std::log10(powerL);
            const float levelR = 10.0F * std::log10(powerR);
            const float scale = 1.0F / std::sqrt(powerL * powerR);
            bandRow(0, t)[b] = 0.5F * (levelL + levelR);
            bandRow(1, t)[b] = (levelL - levelR) / ildScaleDb;
            bandRow(2, t)[b] = cross.real() * scale;
            bandRow(3, t)[b] = cross.imag() * scale;
        }
    }

    void writeGcc(std::size_t t)
    {
        for (std::size_t k = 0; k < binCount; ++k) {
            const Complex l = left_[k];
            const Complex r = right_[k];
            const Complex c(l.real() * r.real() + l.imag() * r.imag(), l.imag() * r.real() - l.real() * r.imag());
            const float magnitude = std::sqrt(std::norm(c)) + tinyPower;
            left_[k] = {c.real() / magnitude, c.imag() / magnitude}; // the spectra are not needed again
        }
        fft_->inverse(left_, time_);
        float* row = features_.gcc.data() + t * Layout::lags;
        constexpr auto half = static_cast<std::ptrdiff_t>(Layout::lags / 2);
        for (std::ptrdiff_t lag = -half; lag <= half; ++lag) {
            // L R* peaks at minus the lead of the left ear; flip so that "left leads" is positive.
            const std::ptrdiff_t index =
                (static_cast<std::ptrdiff_t>(Layout::fftSize) - lag) % static_cast<std::ptrdiff_t>(Layout::fftSize);
            row[lag + half] = gccScale * time_[static_cast<std::size_t>(index)];
        }
    }

    void normaliseLevel()
    {
        const std::span<float> level(features_.bands.data(), features_.frames * Layout::bands);
        const float top = *std::max_element(level.begin(), level.end());
        double sum = 0.0;
        for (float& value : level) {
            value = std::max(value, top - floorDb);
            sum += value;
        }
        const auto mean = static_cast<float>(sum / static_cast<double>(level.size()));
        for (float& value : level)
            value = (value - mean) / levelScaleDb;
    }

    const AudioBuffer& audio_;
    SpatialFeatures& features_;
    std::shared_ptr<const Fft> fft_ = Fft::ofSize(Layout::fftSize);
    FftVector<float> time_ = FftVector<float>(Layout::fftSize);
    FftVector<Complex> left_ = FftVector<Complex>(binCount);
    FftVector<Complex> right_ = FftVector<Complex>(binCount);
    inline static const std::vector<Band> bands_ = makeBands();
    inline static const std::vector<float> window_ = makeWindow();
};

} // namespace

double bandCentreHz(std::size_t band)
{
    return edgeHz(band + 1);
}

SpatialFeatures spatialFeatures(const AudioBuffer& audio)
{
    if (audio.channels() != 2 || audio.rateHz() != Layout::rateHz || audio.frames() == 0)
        throw badInput("spatial features", "need two channels at 32 kHz");
    SpatialFeatures features;
    features.frames = (audio.frames() + Layout::hop - 1) / Layout::hop;
    features.bands.resize(Layout::channels * features.frames * Layout::bands);
    features.gcc.resize(features.frames * Layout::lags);
    Extractor(audio, features).run();
    return features;
}

} // namespace binaurium
