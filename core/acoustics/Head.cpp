// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/Head.h"

#include "core/acoustics/GapFill.h"
#include "core/audio/SpectrumProduct.h"
#include "core/audio/Vectors.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>

namespace binaurium {
namespace {

constexpr double alignedLengthS = 0.004; // of a response after its onset; pinna and shoulder lie within
constexpr double onsetPartS = 0.0003;    // kept before the onset
constexpr double normaliseLowHz = 200.0;
constexpr double normaliseHighHz = 14000.0;
constexpr double usedBand = 0.9; // of half the rate of a file: above it resampling takes away
constexpr double smoothingOctaves = 1.0 / 3.0;

// out += gain * values; real and imaginary parts in turn.
BINAURIUM_VECTOR_CLONES void addScaled(const float* __restrict values, float gain, float* __restrict out,
                                       std::size_t count)
{
    for (std::size_t k = 0; k < count; ++k)
        out[k] += gain * values[k];
}

// Spectrum of a short response sampled at `sourceRate`, at the bins of an FFT of another rate: the Fourier sum itself.
// Zero above the source's Nyquist frequency, with a short slope below it.
class SpectrumSampler
{
public:
    SpectrumSampler(std::size_t length, double sourceRate, std::size_t fftSize, double rateHz)
        : length_(length), twiddles_((fftSize / 2 + 1) * length)
    {
        constexpr double slopeStart = 0.92; // of Nyquist
        for (std::size_t k = 0; k <= fftSize / 2; ++k) {
            const double frequency = static_cast<double>(k) * rateHz / static_cast<double>(fftSize);
            const double position = (frequency / (0.5 * sourceRate) - slopeStart) / (1.0 - slopeStart);
            const double gain = 0.5 + 0.5 * std::cos(std::numbers::pi * std::clamp(position, 0.0, 1.0));
            for (std::size_t n = 0; n < length; ++n) {
                const double angle = -2.0 * std::numbers::pi * frequency * static_cast<double>(n) / sourceRate;
                twiddles_[n * (fftSize / 2 + 1) + k] = {static_cast<float>(gain * std::cos(angle)),
                                                        static_cast<float>(gain * std::sin(angle))};
            }
        }
    }

    // The sum runs over the samples in order for every bin; bins stand side by side, so that several are summed at
    // once.
    void sample(std::span<const float> response, std::span<Complex> spectrum) const
    {
        std::fill(spectrum.begin(), spectrum.end(), Complex{});
        for (std::size_t n = 0; n < length_; ++n)
            addScaled(reinterpret_cast<const float*>(twiddles_.data() + n * spectrum.size()), response[n],
                      reinterpret_cast<float*>(spectrum.data()), 2 * spectrum.size());
    }

private:
    std::size_t length_;
    std::vector<Complex> twiddles_;
};

// `response` moved so that sample `onset` (with fraction) lies at `target`, cut to `length` with short fades.
std::vector<float> moved(std::span<const float> response, double onset, double target, std::size_t length)
{
    const std::size_t size = powerOfTwoAtLeast(2 * response.size() + length);
    const auto fft = Fft::ofSize(size);
    FftVector<float> time(size);
    FftVector<Complex> spectrum(fft->bins());
    std::copy(response.begin(), response.end(), time.begin());
    fft->forward(time, spectrum);
    const double shift = target - onset;
    const auto step = std::polar(1.0, -2.0 * std::numbers::pi * shift / static_cast<double>(size));
    std::complex<double> turn = 1.0; // in double precision: exact to 1e-13 after all bins
    for (auto& value : spectrum) {
        value *= Complex(static_cast<float>(turn.real()), static_cast<float>(turn.imag()));
        turn *= step;
    }
    fft->inverse(spectrum, time);
    std::vector<float> result(time.begin(), time.begin() + static_cast<std::ptrdiff_t>(length));
    const std::size_t fadeOut = length / 6;
    for (std::size_t i = 0; i < fadeOut; ++i)
        result[length - 1 - i] *= static_cast<float>(
            0.5 - 0.5 * std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(fadeOut)));
    const auto fadeIn = static_cast<std::size_t>(target / 2.0);
    for (std::size_t i = 0; i < fadeIn; ++i)
        result[i] *= static_cast<float>(i) / static_cast<float>(fadeIn);
    return result;
}

} // namespace

bool HeadOptions::isValid(std::string* error) const
{
    const bool rateOk = rateHz >= 8000.0 && rateHz <= 192'000.0;
    const bool scaleOk = frequencyScale >= 0.7 && frequencyScale <= 1.4;
    const bool itdOk = itdScale >= 0.7 && itdScale <= 1.4;
    const bool blendOk = blendShare >= 0.0 && blendShare <= 1.0;
    if (error != nullptr)
        *error = !rateOk    ? "rate must be 8000 to 192000 Hz"
                 : !scaleOk ? "frequency scale must be 0.7 to 1.4"
                 : !itdOk   ? "ITD scale must be 0.7 to 1.4"
                 : !blendOk ? "share of the blended head must be 0 to 1"
                            : "";
    return rateOk && scaleOk && itdOk && blendOk;
}

std::size_t Head::fftSizeAt(double rateHz) noexcept
{
    return powerOfTwoAtLeast(static_cast<std::size_t>(rateHz * (alignedLengthS + 0.002)) + 64);
}

Head::Head(const HeadMeasurements& measurements, const HeadOptions& options)
    : Head(std::make_shared<const MeasuredHead>(measurements), options)
{}

Head::Head(std::shared_ptr<const MeasuredHead> measured, const HeadOptions& options, const Head* other)
    : options_(options), source_(std::move(measured)), fftSize_(fftSizeAt(options.rateHz)),
      alignedOnset_(static_cast<std::size_t>(std::lround(onsetPartS * options.rateHz)))
{
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "head: " + error);
    align();
    if (other != nullptr)
        blendIn(*other);
    measureDiffuseField();
    if (options_.diffuseFieldEqualised)
        equaliseDiffuseField();
    normalise();
    fillGaps();
}

std::span<Complex> Head::measured(std::size_t ear, std::size_t direction) noexcept
{
    const std::size_t bins = fftSize_ / 2 + 1;
    return {spectra_[ear].data() + direction * bins, bins};
}

std::span<const Complex> Head::measured(std::size_t ear, std::size_t direction) const noexcept
{
    const std::size_t bins = fftSize_ / 2 + 1;
    return {spectra_[ear].data() + direction * bins, bins};
}

void Head::align()
{
    const HeadMeasurements& m = source_->measurements();
    const std::size_t count = m.directions.size();
    const std::size_t bins = fftSize_ / 2 + 1;
    // A smaller head has the same response in less time: read it as if it had been sampled faster. Alignment and cut
    // happen at the rate of the file; the spectrum is then taken at our bins directly, so nothing is resampled.
    const double sourceRate = m.rateHz * options_.frequencyScale;
    const double ratio = options_.rateHz / sourceRate;
    const double onsetTarget = static_cast<double>(alignedOnset_) / ratio;
    const auto length = static_cast<std::size_t>(onsetTarget + alignedLengthS * sourceRate);
    const SpectrumSampler sampler(length, sourceRate, fftSize_, options_.rateHz);
    for (std::size_t ear = 0; ear < 2; ++ear) {
        spectra_[ear].resize(count * bins);
        delays_[ear].resize(count);
        const auto arrival = source_->arrival(ear);
        for (std::size_t i = 0; i < count; ++i) {
            const std::span<const float> response(m.response(ear, i), m.taps);
            delays_[ear][i] = arrival[i] * ratio;
            sampler.sample(moved(response, arrival[i] - m.delaySamples[ear][i], onsetTarget, length), measured(ear, i));
        }
    }
    double mean = 0.0;
    for (std::size_t i = 0; i < count; ++i)
        mean += source_->triangulation().areaWeights()[i] * 0.5 * (delays_[0][i] + delays_[1][i]);
    for (auto& ear : delays_)
        for (double& delay : ear)
            delay = (delay - mean) * options_.itdScale;
}

// Log magnitudes and delays are mixed; the phase of the aligned responses stays that of the first head, so that two
// pinnae do not cancel each other. The second head counts at its own normalised level, the first is brought to it.
void Head::blendIn(const Head& other)
{
    const auto& directions = source_->measurements().directions;
    constexpr double largestLogRatio = 4.6; // natural log of 40 dB: a zero of one head is not made a pole
    measureDiffuseField();
    normalise();
    FftVector<Complex> theirs(fftSize_ / 2 + 1);
    for (std::size_t i = 0; i < directions.size(); ++i) {
        const Blend blend = other.blend(directions[i]);
        for (std::size_t ear = 0; ear < 2; ++ear) {
            other.spectrum(blend, ear, theirs);
            const auto ours = measured(ear, i);
            for (std::size_t k = 0; k < ours.size(); ++k) {
                const double ratio = (std::abs(theirs[k]) + 1e-9) / (std::abs(ours[k]) + 1e-9);
                const double logRatio = std::clamp(std::log(ratio), -largestLogRatio, largestLogRatio);
                ours[k] *= static_cast<float>(std::exp(options_.blendShare * logRatio));
            }
            delays_[ear][i] += options_.blendShare * (blend.delaySamples[ear] - delays_[ear][i]);
        }
    }
}

void Head::measureDiffuseField()
{
    const std::size_t bins = fftSize_ / 2 + 1;
    std::array<std::vector<double>, 2> power{std::vector<double>(bins), std::vector<double>(bins)};
    std::vector<double> cross(bins);
    for (std::size_t i = 0; i < delays_[0].size(); ++i) {
        const double weight = source_->triangulation().areaWeights()[i];
        const auto left = measured(0, i);
        const auto right = measured(1, i);
        const double itd = delays_[0][i] - delays_[1][i];
        const auto step = std::polar(1.0, -2.0 * std::numbers::pi * itd / static_cast<double>(fftSize_));
        std::complex<double> turn = 1.0;
        for (std::size_t k = 0; k < bins; ++k) {
            power[0][k] += weight * std::norm(left[k]);
            power[1][k] += weight * std::norm(right[k]);
            const Complex product = left[k] * std::conj(right[k]);
            cross[k] += weight * (product.real() * turn.real() - product.imag() * turn.imag());
            turn *= step;
        }
    }
    diffuseCoherence_.resize(bins);
    for (std::size_t ear = 0; ear < 2; ++ear) {
        diffuseMagnitude_[ear].resize(bins);
        for (std::size_t k = 0; k < bins; ++k)
            diffuseMagnitude_[ear][k] = static_cast<float>(std::sqrt(power[ear][k]));
    }
    for (std::size_t k = 0; k < bins; ++k)
        diffuseCoherence_[k] =
            static_cast<float>(std::clamp(cross[k] / std::sqrt(power[0][k] * power[1][k] + 1e-30), -1.0, 1.0));
}

void Head::equaliseDiffuseField()
{
    const std::size_t bins = fftSize_ / 2 + 1;
    // Common to both ears, smoothed, as a minimum-phase inverse (through the cepstrum).
    FftVector<Complex> logSpectrum(bins);
    for (std::size_t k = 0; k < bins; ++k) {
        const double half = std::pow(2.0, 0.5 * smoothingOctaves);
        const auto low = static_cast<std::size_t>(static_cast<double>(k) / half);
        const auto high = std::min(bins - 1, static_cast<std::size_t>(std::ceil(static_cast<double>(k) * half)));
        double sum = 0.0;
        for (std::size_t j = low; j <= high; ++j)
            sum += std::pow(diffuseMagnitude_[0][j], 2) + std::pow(diffuseMagnitude_[1][j], 2);
        logSpectrum[k] = static_cast<float>(-0.5 * std::log(0.5 * sum / static_cast<double>(high - low + 1) + 1e-20));
    }
    const auto fft = Fft::ofSize(fftSize_);
    FftVector<float> cepstrum(fftSize_);
    fft->inverse(logSpectrum, cepstrum);
    for (std::size_t n = 1; n < fftSize_ / 2; ++n) {
        cepstrum[n] *= 2.0F;
        cepstrum[fftSize_ - n] = 0.0F;
    }
    fft->forward(cepstrum, logSpectrum);
    for (std::size_t ear = 0; ear < 2; ++ear)
        for (std::size_t i = 0; i < delays_[ear].size(); ++i)
            for (std::size_t k = 0; k < bins; ++k)
                measured(ear, i)[k] *= std::exp(logSpectrum[k]);
    measureDiffuseField();
}

void Head::normalise()
{
    double power = 0.0;
    std::size_t count = 0;
    // Only where the file has anything to say: what was measured at a low rate is not made louder for it.
    const double highHz = std::min(normaliseHighHz, usedBand * 0.5 * source_->measurements().rateHz);
    for (std::size_t k = 0; k < diffuseCoherence_.size(); ++k) {
        const double frequency = static_cast<double>(k) * options_.rateHz / static_cast<double>(fftSize_);
        if (frequency < normaliseLowHz || frequency > highHz)
            continue;
        power += std::pow(diffuseMagnitude_[0][k], 2) + std::pow(diffuseMagnitude_[1][k], 2);
        count += 2;
    }
    const auto gain = static_cast<float>(1.0 / std::sqrt(power / static_cast<double>(count) + 1e-30));
    for (std::size_t ear = 0; ear < 2; ++ear) {
        for (Complex& value : spectra_[ear])
            value *= gain;
        for (float& value : diffuseMagnitude_[ear])
            value *= gain;
    }
}

void Head::fillGaps()
{
    const auto& directions = source_->measurements().directions;
    const GapFill gaps(directions);
    if (gaps.directions().empty())
        return;
    const std::size_t bins = fftSize_ / 2 + 1;
    const std::size_t count = directions.size();
    for (std::size_t ear = 0; ear < 2; ++ear) {
        const auto filled = gaps.delays(delays_[ear], ear == 0 ? 1.0 : -1.0);
        delays_[ear].insert(delays_[ear].end(), filled.begin(), filled.end());
        spectra_[ear].resize((count + filled.size()) * bins);
        const std::span<const Complex> measuredSpectra(spectra_[ear].data(), count * bins);
        for (std::size_t g = 0; g < filled.size(); ++g)
            gaps.spectrum(g, measuredSpectra, measured(ear, count + g));
    }
    std::vector<Vec3> all(directions.begin(), directions.end());
    all.insert(all.end(), gaps.directions().begin(), gaps.directions().end());
    withoutGaps_ = std::make_unique<SphereTriangulation>(all);
    hasGap_ = source_->triangulation().holding(gaps.directions(), directions);
}

std::shared_ptr<const Head> Head::load(const std::filesystem::path& path, const HeadOptions& options)
{
    using Key = std::pair<std::string, HeadOptions>;
    static std::mutex mutex;
    static std::map<Key, std::weak_ptr<const Head>> cache;
    const Key key{path.string(), options};
    {
        const std::lock_guard lock(mutex);
        if (auto head = cache[key].lock())
            return head;
    }
    std::shared_ptr<const Head> other;
    if (!options.blendWith.empty() && options.blendShare > 0.0) {
        HeadOptions plain = options;
        plain.blendWith.clear();
        plain.blendShare = 0.0;
        plain.diffuseFieldEqualised = false; // the blend itself is equalised
        other = load(options.blendWith, plain);
    }
    auto head = std::make_shared<const Head>(MeasuredHead::load(path), options, other.get());
    const std::lock_guard lock(mutex);
    cache[key] = head;
    return head;
}

Head::Blend Head::blend(const Vec3& direction) const noexcept
{
    Blend result;
    result.triangle = source_->triangulation().locate(direction);
    if (withoutGaps_ && (result.triangle.outside || hasGap_[result.triangle.triangle]))
        result.triangle = withoutGaps_->locate(direction);
    for (std::size_t ear = 0; ear < 2; ++ear)
        for (std::size_t i = 0; i < 3; ++i)
            result.delaySamples[ear] +=
                result.triangle.weight[i] * delays_[ear][static_cast<std::size_t>(result.triangle.index[i])];
    return result;
}

void Head::spectrum(const Blend& blend, std::size_t ear, std::span<Complex> out) const noexcept
{
    const auto at = [&](std::size_t i) {
        return measured(ear, static_cast<std::size_t>(blend.triangle.index[i])).data();
    };
    weightedSum({at(0), at(1), at(2)}, blend.triangle.weight, out);
}

} // namespace binaurium
