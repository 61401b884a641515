// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/Response.h"

#include "core/acoustics/FractionalDelay.h"
#include "core/acoustics/LateTail.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double anechoicDrrDb = 120.0;

double energy(std::span<const float> samples)
{
    double sum = 0.0;
    for (const float s : samples)
        sum += static_cast<double>(s) * s;
    return sum;
}

// Adds paths to a response: wall and air filter, head (or ambisonic gains) and fractional delay are one product of
// spectra per path and channel, so each path costs one short inverse FFT per channel.
class PathWriter
{
public:
    PathWriter(AudioBuffer& audio, const Head* head, const HeadRotation& rotation)
        : audio_(audio), head_(head), rotation_(rotation), fftSize_(Head::fftSizeAt(audio.rateHz())),
          fft_(Fft::ofSize(fftSize_)), bank_(MinimumPhaseBank::of(fftSize_, audio.rateHz())),
          delays_(FractionalDelayTable::ofFftSize(fftSize_)), filter_(fft_->bins()), spectrum_(fft_->bins()),
          time_(fftSize_)
    {}

    void add(const AcousticPath& path, double gain)
    {
        BandLogGains logGains = path.logGains;
        const auto logGain = static_cast<float>(std::log(std::max(gain, 1e-9)));
        for (float& g : logGains)
            g += logGain;
        bank_->spectrum(logGains, path.wallLogGains, filter_);
        const Vec3 direction = rotation_.toHead(path.arrival);
        const double delay = path.delayS * audio_.rateHz();
        if (head_ != nullptr)
            addBinaural(direction, delay);
        else
            addAmbisonic(direction, delay);
    }

private:
    void addBinaural(const Vec3& direction, double delay)
    {
        const auto blend = head_->blend(direction);
        for (std::size_t ear = 0; ear < 2; ++ear) {
            head_->spectrum(blend, ear, spectrum_);
            for (std::size_t k = 0; k < spectrum_.size(); ++k) {
                const Complex s = spectrum_[k];
                const Complex f = filter_[k];
                spectrum_[k] = {s.real() * f.real() - s.imag() * f.imag(), s.real() * f.imag() + s.imag() * f.real()};
            }
            place(ear, delay + blend.delaySamples[ear] - static_cast<double>(head_->alignedOnset()), 1.0F);
        }
    }

    void addAmbisonic(const Vec3& d, double delay)
    {
        const std::array<double, 4> gains{1.0, d.y, d.z, d.x}; // ACN, SN3D
        for (std::size_t c = 0; c < audio_.channels(); ++c) {
            std::copy(filter_.begin(), filter_.end(), spectrum_.begin());
            place(c, delay, static_cast<float>(gains[c]));
        }
    }

    // Adds spectrum_ with its sample 0 at `delay` samples.
    void place(std::size_t channel, double delay, float gain)
    {
        const double start = std::floor(delay);
        delays_->apply(delay - start, spectrum_);
        fft_->inverse(spectrum_, time_);
        const auto out = audio_.channel(channel);
        const auto first =
            static_cast<std::ptrdiff_t>(start) - static_cast<std::ptrdiff_t>(FractionalDelayTable::halfTaps);
        const auto from = std::max<std::ptrdiff_t>(0, -first);
        const auto to = std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(fftSize_),
                                                 static_cast<std::ptrdiff_t>(out.size()) - first);
        for (std::ptrdiff_t n = from; n < to; ++n)
            out[static_cast<std::size_t>(first + n)] += gain * time_[static_cast<std::size_t>(n)];
    }

    AudioBuffer& audio_;
    const Head* head_;
    const HeadRotation& rotation_;
    std::size_t fftSize_;
    std::shared_ptr<const Fft> fft_;
    std::shared_ptr<const MinimumPhaseBank> bank_;
    std::shared_ptr<const FractionalDelayTable> delays_;
    FftVector<Complex> filter_;
    FftVector<Complex> spectrum_;
    FftVector<float> time_;
};

} // namespace

Response renderResponse(const RoomAcoustics& room, const Source& source, const Listener& listener, const Head* head,
                        std::size_t channels, const ResponseOptions& options)
{
    const double mixing = options.mixingTimeS > 0.0 ? options.mixingTimeS : room.mixingTimeS();
    const double directS = length(source.positionM - listener.positionM) / room.speedOfSoundMPerS();
    LateTailOptions tail;
    tail.rateHz = options.rateHz;
    tail.startS = std::max(mixing, directS + tail.fadeS);
    tail.seed = options.seed;
    tail.index = options.sourceIndex;

    const bool diffuse = !room.anechoic();
    const EnergyDecay decay(room);
    const double windowS = static_cast<double>(Head::fftSizeAt(options.rateHz)) / options.rateHz;
    tail.endS =
        diffuse ? std::max(decay.durationS(options.decayDb, options.maximumS), directS + windowS) : directS + windowS;
    const bool imagesOnly = !diffuse || tail.startS >= tail.endS;
    const double imagesUntilS = imagesOnly ? tail.endS : tail.startS + 0.5 * tail.fadeS;

    const auto frames = static_cast<std::size_t>(std::ceil(tail.endS * options.rateHz));
    Response response{AudioBuffer(head != nullptr ? 2 : channels, frames, options.rateHz), anechoicDrrDb};
    const HeadRotation rotation(listener.orientation);
    PathWriter writer(response.audio, head, rotation);
    const auto paths = imageSourcePaths(room, source, listener.positionM, imagesUntilS);
    writer.add(paths.front(), 1.0);
    if (!diffuse)
        return response;

    AudioBuffer direct = response.audio;
    for (std::size_t i = 1; i < paths.size(); ++i)
        writer.add(paths[i], imagesOnly ? 1.0 : imageFade(paths[i].delayS, tail));
    if (!imagesOnly) {
        const auto noise = lateTail(decay, head, channels, tail);
        for (std::size_t n = 0; n < response.audio.all().size(); ++n)
            response.audio.all()[n] += noise.all()[n];
    }
    double reverberant = 1e-30;
    for (std::size_t n = 0; n < direct.all().size(); ++n)
        reverberant += std::pow(static_cast<double>(response.audio.all()[n]) - direct.all()[n], 2);
    response.drrDb = 10.0 * std::log10(energy(direct.all()) / reverberant);
    return response;
}

} // namespace binaurium
