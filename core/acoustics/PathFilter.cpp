// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/PathFilter.h"

#include "core/acoustics/NearField.h"
#include "core/audio/SpectrumProduct.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double soundSpeedMPerS = 343.0; // of the way around the head; temperature changes it by 1 us at most

double sideOf(std::size_t ear) noexcept
{
    return ear == 0 ? 1.0 : -1.0;
}

} // namespace

PathFilter::PathFilter(const Head* head, double rateHz, std::size_t firstBand)
    : head_(head), rateHz_(rateHz), fft_(Fft::ofSize(Head::fftSizeAt(rateHz))),
      bank_(MinimumPhaseBank::of(fft_->size(), rateHz, firstBand)), common_{FftVector<Complex>(fft_->bins()),
                                                                            FftVector<Complex>(fft_->bins())}
{}

bool PathFilter::isNear(const AcousticPath& path) const noexcept
{
    return head_ != nullptr && path.distanceM < nearField::farthestM;
}

double PathFilter::detourSamples(const AcousticPath& path, const Vec3& direction, std::size_t ear) const noexcept
{
    const double radiusM = nearField::sphereRadiusM / head_->frequencyScale();
    return nearField::detourM(path.distanceM, sideOf(ear) * direction.y, radiusM) / soundSpeedMPerS * rateHz_;
}

std::array<double, 4> PathFilter::delaysSamples(const AcousticPath& path, const HeadRotation& rotation) const noexcept
{
    std::array<double, 4> delays;
    delays.fill(path.delayS * rateHz_);
    if (head_ == nullptr)
        return delays;
    const Vec3 d = rotation.toHead(path.arrival);
    const auto ears = head_->blend(d).delaySamples;
    for (std::size_t ear = 0; ear < 2; ++ear) {
        delays[ear] += isNear(path) ? ears[ear] + detourSamples(path, d, ear) : ears[ear];
        delays[ear] -= static_cast<double>(head_->alignedOnset());
    }
    return delays;
}

void PathFilter::set(const AcousticPath& path, const HeadRotation& rotation, double gain) noexcept
{
    BandLogGains logGains = path.logGains;
    const auto logGain = static_cast<float>(std::log(std::max(gain, 1e-9)));
    for (float& g : logGains)
        g += logGain;
    const Vec3 d = rotation.toHead(path.arrival);
    delaySamples_ = path.delayS * rateHz_;
    near_ = isNear(path);
    if (near_) {
        setNear(path, d, logGains);
    } else {
        bank_->spectrum(logGains, path.wallLogGains, common_[0]);
        if (head_ != nullptr)
            blend_[0] = blend_[1] = head_->blend(d);
        else
            ambisonicGain_ = {1.0F, static_cast<float>(d.y), static_cast<float>(d.z), static_cast<float>(d.x)};
    }
    if (path.inverted)
        for (auto& spectrum : common_)
            for (Complex& value : spectrum)
                value = -value;
}

void PathFilter::setNear(const AcousticPath& path, const Vec3& direction, const BandLogGains& logGains) noexcept
{
    const double radiusM = nearField::sphereRadiusM / head_->frequencyScale();
    const auto delays = head_->blend(direction).delaySamples;
    for (std::size_t ear = 0; ear < 2; ++ear) {
        const double side = sideOf(ear);
        const auto change = nearField::logGains(path.distanceM, side * direction.y);
        BandLogGains magnitude = logGains;
        BandLogGains phase = path.wallLogGains;
        for (std::size_t b = 0; b < filterBandCount; ++b) {
            magnitude[b] += change[b];
            phase[b] += change[b];
        }
        bank_->spectrum(magnitude, phase, common_[ear]);
        blend_[ear] = head_->blend(nearField::directionFromEar(direction, path.distanceM, side * radiusM));
        blend_[ear].delaySamples[ear] = delays[ear] + detourSamples(path, direction, ear);
    }
}

PathFilter::Placement PathFilter::spectrum(std::size_t channel, std::span<Complex> out) const noexcept
{
    if (head_ != nullptr)
        return binauralSpectrum(channel, out);
    std::copy(common_[0].begin(), common_[0].end(), out.begin());
    return {delaySamples_, ambisonicGain_[channel]};
}

PathFilter::Placement PathFilter::binauralSpectrum(std::size_t ear, std::span<Complex> out) const noexcept
{
    head_->spectrum(blend_[ear], ear, out);
    multiply(common_[near_ ? ear : 0].data(), out);
    return {delaySamples_ + blend_[ear].delaySamples[ear] - static_cast<double>(head_->alignedOnset())};
}

PathWriter::PathWriter(AudioBuffer& audio, const Head* head, const HeadRotation& rotation, std::size_t firstBand)
    : audio_(audio), rotation_(rotation), filter_(head, audio.rateHz(), firstBand),
      delays_(FractionalDelayTable::ofFftSize(filter_.fft().size())), spectrum_(filter_.fft().bins()),
      time_(filter_.fft().size())
{}

void PathWriter::add(const AcousticPath& path, double gain)
{
    filter_.set(path, rotation_, gain);
    for (std::size_t c = 0; c < audio_.channels(); ++c)
        place(c, filter_.spectrum(c, spectrum_));
}

// Adds spectrum_ to the response.
void PathWriter::place(std::size_t channel, const PathFilter::Placement& placement)
{
    const double start = std::floor(placement.delaySamples);
    delays_->apply(placement.delaySamples - start, spectrum_);
    filter_.fft().inverse(spectrum_, time_);
    const auto out = audio_.channel(channel);
    const auto first = static_cast<std::ptrdiff_t>(start) - static_cast<std::ptrdiff_t>(FractionalDelayTable::halfTaps);
    const auto from = std::max<std::ptrdiff_t>(0, -first);
    const auto to =
        std::min(static_cast<std::ptrdiff_t>(time_.size()), static_cast<std::ptrdiff_t>(out.size()) - first);
    for (std::ptrdiff_t n = from; n < to; ++n)
        out[static_cast<std::size_t>(first + n)] += placement.gain * time_[static_cast<std::size_t>(n)];
}

} // namespace binaurium
