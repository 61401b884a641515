// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/FractionalDelay.h"
#include "core/acoustics/Head.h"
#include "core/acoustics/ImageSources.h"
#include "core/audio/AudioBuffer.h"

namespace binaurium {

// What happens to the sound of one path on its way to one output channel, as a spectrum of Head::fftSizeAt() points and
// a delay: walls, air, distance, source directivity, head (or ambisonic gain), and below 1 m the near field of the
// head. Buffers of its own: one per thread.
class PathFilter
{
public:
    // Without a head: FOA or mono. `firstBand` as of RoomAcoustics.
    PathFilter(const Head* head, double rateHz, std::size_t firstBand);

    // When a path reaches each channel, in samples, without its filters: Placement::delaySamples of spectrum().
    [[nodiscard]] std::array<double, 4> delaysSamples(const AcousticPath& path,
                                                      const HeadRotation& rotation) const noexcept;

    // Takes a path that arrives at a head (or microphone) turned so. Nothing is allocated.
    void set(const AcousticPath& path, const HeadRotation& rotation, double gain = 1.0) noexcept;
    // Where the filter of a channel goes: the time of its first sample, and a factor left out of the spectrum.
    struct Placement
    {
        double delaySamples = 0.0;
        float gain = 1.0F;
    };
    // The filter of `channel` of the path that was set; fft().bins() values.
    Placement spectrum(std::size_t channel, std::span<Complex> out) const noexcept;

    [[nodiscard]] const Fft& fft() const noexcept { return *fft_; }

private:
    Placement binauralSpectrum(std::size_t ear, std::span<Complex> out) const noexcept;
    [[nodiscard]] bool isNear(const AcousticPath& path) const noexcept;
    // The way around a near head, beyond what its far-field delay says.
    [[nodiscard]] double detourSamples(const AcousticPath& path, const Vec3& direction, std::size_t ear) const noexcept;
    void setNear(const AcousticPath& path, const Vec3& direction, const BandLogGains& logGains) noexcept;

    const Head* head_;
    double rateHz_;
    std::shared_ptr<const Fft> fft_;
    std::shared_ptr<const MinimumPhaseBank> bank_;
    std::array<FftVector<Complex>, 2> common_; // all but the head; the second one for the right ear of near sources
    std::array<Head::Blend, 2> blend_;         // per ear; they differ for near sources
    bool near_ = false;
    std::array<float, 4> ambisonicGain_{}; // ACN, SN3D
    double delaySamples_ = 0.0;
};

// Adds paths to a response. Filter and fractional delay are one product of spectra, so each path costs one short
// inverse FFT per channel.
class PathWriter
{
public:
    PathWriter(AudioBuffer& audio, const Head* head, const HeadRotation& rotation, std::size_t firstBand);
    void add(const AcousticPath& path, double gain);

private:
    void place(std::size_t channel, const PathFilter::Placement& placement);

    AudioBuffer& audio_;
    HeadRotation rotation_;
    PathFilter filter_;
    std::shared_ptr<const FractionalDelayTable> delays_;
    FftVector<Complex> spectrum_;
    FftVector<float> time_;
};

} // namespace binaurium
