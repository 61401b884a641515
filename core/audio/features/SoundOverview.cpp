// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/features/SoundOverview.h"

#include "core/audio/Fft.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr std::size_t fftSize = 1024;
constexpr std::int64_t shortestHop = 256;
constexpr std::int64_t mostColumns = 1200; // more than a view is wide
constexpr std::int64_t looksPerColumn = 3; // of long recordings: enough to see what sounds
constexpr std::size_t bandCount = 64;
constexpr double highestHz = 16000.0;
constexpr float silenceDb = -100.0F;
constexpr std::size_t noBand = SIZE_MAX;

} // namespace

double SoundOverview::bandHz(std::size_t band) const
{
    const double part = (static_cast<double>(band) + 0.5) / static_cast<double>(bands);
    return lowestHz * std::pow(highestHz / lowestHz, part);
}

OverviewMaker::OverviewMaker(double rateHz, std::int64_t frames)
    : rateHz_(rateHz), frames_(std::max<std::int64_t>(1, frames))
{
    const auto columns = std::clamp<std::int64_t>(frames_ / shortestHop, 1, mostColumns);
    hop_ = std::max(shortestHop, frames_ / columns / looksPerColumn);
    overview_.durationS = static_cast<double>(frames_) / rateHz;
    overview_.highestHz = std::min(highestHz, 0.5 * rateHz);
    overview_.columns = static_cast<std::size_t>(columns);
    overview_.bands = bandCount;
    overview_.low.resize(overview_.columns);
    overview_.high.resize(overview_.columns);
    overview_.levelDb.resize(overview_.columns * bandCount);
    looks_.resize(overview_.columns);
    window_.resize(fftSize);
    for (std::size_t n = 0; n < fftSize; ++n)
        window_[n] = static_cast<float>(
            0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(fftSize)));
    const double octaves = std::log(overview_.highestHz / SoundOverview::lowestHz);
    for (std::size_t bin = 0; bin <= fftSize / 2; ++bin) {
        const double hz = static_cast<double>(bin) * rateHz / static_cast<double>(fftSize);
        const double part = hz > 0.0 ? std::log(hz / SoundOverview::lowestHz) / octaves : -1.0;
        bandOfBin_.push_back(part < 0.0 || part >= 1.0 ? noBand : static_cast<std::size_t>(part * bandCount));
    }
}

std::size_t OverviewMaker::columnOf(std::int64_t frame) const
{
    const auto column = static_cast<std::size_t>(frame * static_cast<std::int64_t>(overview_.columns) / frames_);
    return std::min(column, overview_.columns - 1);
}

void OverviewMaker::add(const AudioBuffer& block)
{
    for (std::size_t n = 0; n < block.frames() && done_ < frames_; ++n, ++done_) {
        const auto column = columnOf(done_);
        float sum = 0.0F;
        for (std::size_t c = 0; c < block.channels(); ++c) {
            const float sample = block.channel(c)[n];
            overview_.low[column] = std::min(overview_.low[column], sample);
            overview_.high[column] = std::max(overview_.high[column], sample);
            sum += sample;
        }
        if (done_ >= next_) // what lies between two transforms is not kept
            pending_.push_back(sum / static_cast<float>(block.channels()));
        if (pending_.size() == fftSize)
            transform();
    }
}

void OverviewMaker::transform()
{
    FftVector<float> samples(fftSize);
    FftVector<Complex> spectrum(fftSize / 2 + 1);
    for (std::size_t n = 0; n < fftSize; ++n)
        samples[n] = n < pending_.size() ? window_[n] * pending_[n] : 0.0F;
    Fft::ofSize(fftSize)->forward(samples, spectrum);
    const auto column = columnOf(next_ + static_cast<std::int64_t>(fftSize) / 2);
    float* power = overview_.levelDb.data() + column * bandCount; // power until finish()
    for (std::size_t bin = 0; bin < spectrum.size(); ++bin)
        if (bandOfBin_[bin] != noBand)
            power[bandOfBin_[bin]] += std::norm(spectrum[bin]);
    ++looks_[column];
    next_ += hop_;
    const auto kept = static_cast<std::ptrdiff_t>(fftSize) - static_cast<std::ptrdiff_t>(hop_);
    pending_.erase(pending_.begin(), kept > 0 && pending_.size() == fftSize ? pending_.end() - kept : pending_.end());
}

SoundOverview OverviewMaker::finish()
{
    if (!pending_.empty() && next_ < done_)
        transform();
    auto& levels = overview_.levelDb;
    // Narrow bands at low frequencies may hold no bin: they show what the one above shows.
    for (std::size_t column = 0; column < overview_.columns; ++column) {
        float* power = levels.data() + column * bandCount;
        for (std::size_t k = 0; k < bandCount; ++k)
            power[k] /= static_cast<float>(std::max(1, looks_[column]));
        for (std::size_t k = bandCount - 1; k-- > 0;)
            if (std::find(bandOfBin_.begin(), bandOfBin_.end(), k) == bandOfBin_.end())
                power[k] = power[k + 1];
    }
    for (std::size_t column = 1; column < overview_.columns; ++column)
        if (looks_[column] == 0) // the transforms of a short sound are not spread evenly
            std::copy_n(levels.data() + (column - 1) * bandCount, bandCount, levels.data() + column * bandCount);
    const float top = std::max(1e-12F, *std::max_element(levels.begin(), levels.end()));
    for (float& level : levels)
        level = std::max(silenceDb, 10.0F * std::log10(std::max(1e-20F, level / top)));
    return std::move(overview_);
}

SoundOverview soundOverview(const AudioBuffer& audio)
{
    OverviewMaker maker(audio.rateHz(), static_cast<std::int64_t>(audio.frames()));
    maker.add(audio);
    return maker.finish();
}

} // namespace binaurium
