// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/FoaDecoder.h"

#include "core/audio/Convolver.h"
#include "core/audio/Fft.h"
#include "core/audio/Resampler.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace binaurium {
namespace {

constexpr std::size_t channels = 4;
constexpr std::size_t directionCount = 600;
constexpr std::size_t longer = 4; // than the responses of the head: filters whose phase is free ring on both sides

using Row = std::array<double, channels>;
using Value = std::complex<double>;

// Evenly spread directions (Fibonacci lattice).
std::vector<Vec3> directions()
{
    constexpr double goldenAngle = std::numbers::pi * (3.0 - 2.23606797749978969);
    std::vector<Vec3> list;
    for (std::size_t i = 0; i < directionCount; ++i) {
        const double z = 1.0 - (2.0 * static_cast<double>(i) + 1.0) / directionCount;
        const double r = std::sqrt(1.0 - z * z);
        const double angle = goldenAngle * static_cast<double>(i);
        list.push_back({r * std::cos(angle), r * std::sin(angle), z});
    }
    return list;
}

// W, Y, Z, X of a plane wave in SN3D.
Row harmonics(const Vec3& d)
{
    return {1.0, d.y, d.z, d.x};
}

// (Y^T Y)^-1 Y^T, [direction][channel].
std::vector<Row> pseudoInverse(const std::vector<Row>& y)
{
    std::array<std::array<double, 2 * channels>, channels> a{}; // Gram matrix beside the unit matrix
    for (std::size_t i = 0; i < channels; ++i) {
        a[i][channels + i] = 1.0;
        for (std::size_t j = 0; j < channels; ++j)
            for (const Row& row : y)
                a[i][j] += row[i] * row[j];
    }
    for (std::size_t k = 0; k < channels; ++k) { // Gauss and Jordan; the matrix is nearly diagonal
        const double pivot = a[k][k];
        for (double& v : a[k])
            v /= pivot;
        for (std::size_t i = 0; i < channels; ++i) {
            const double factor = a[i][k];
            for (std::size_t j = 0; i != k && j < 2 * channels; ++j)
                a[i][j] -= factor * a[k][j];
        }
    }
    std::vector<Row> inverse(y.size());
    for (std::size_t q = 0; q < y.size(); ++q)
        for (std::size_t i = 0; i < channels; ++i)
            for (std::size_t j = 0; j < channels; ++j)
                inverse[q][i] += a[i][channels + j] * y[q][j];
    return inverse;
}

Value delayPhase(std::size_t bin, double samples, std::size_t size)
{
    return std::polar(1.0, -2.0 * std::numbers::pi * static_cast<double>(bin) * samples / static_cast<double>(size));
}

// Responses of one ear for all directions on the bins of `fine`, [direction][bin]; time 0 is the centre of the head, so
// that a phase which stays from bin to bin means no delay.
std::vector<std::vector<Value>> responsesOf(const Head& head, const std::vector<Vec3>& all, std::size_t ear,
                                            const Fft& fine)
{
    const auto coarse = Fft::ofSize(head.fftSize());
    std::vector<std::vector<Value>> responses;
    FftVector<Complex> few(coarse->bins()), spectrum(fine.bins());
    FftVector<float> time(fine.size());
    for (const Vec3& direction : all) {
        const auto blend = head.blend(direction);
        head.spectrum(blend, ear, few);
        std::fill(time.begin(), time.end(), 0.0F);
        coarse->inverse(few, std::span(time).first(coarse->size()));
        fine.forward(time, spectrum);
        const double shift = blend.delaySamples[ear] - static_cast<double>(head.alignedOnset());
        auto& row = responses.emplace_back(fine.bins());
        for (std::size_t k = 0; k < fine.bins(); ++k)
            row[k] = Value(spectrum[k]) * delayPhase(k, shift, fine.size());
    }
    return responses;
}

} // namespace

FoaDecoder::FoaDecoder(const Head& head, double magnitudeFromHz)
    : rateHz_(head.rateHz()), delay_(longer * head.fftSize() / 4)
{
    const auto all = directions();
    std::vector<Row> y;
    for (const Vec3& d : all)
        y.push_back(harmonics(d));
    const auto inverse = pseudoInverse(y);
    const auto fft = Fft::ofSize(longer * head.fftSize());
    const double binHz = rateHz_ / static_cast<double>(fft->size());
    for (auto& filter : filters_)
        filter = AudioBuffer(2, fft->size(), rateHz_);
    for (std::size_t ear = 0; ear < 2; ++ear) {
        const auto responses = responsesOf(head, all, ear, *fft);
        std::array<FftVector<Complex>, channels> spectra;
        for (auto& s : spectra)
            s.resize(fft->bins());
        std::array<Value, channels> before{};
        for (std::size_t k = 0; k < fft->bins(); ++k) {
            const bool magnitudeOnly = static_cast<double>(k) * binHz >= magnitudeFromHz;
            std::array<Value, channels> now{};
            for (std::size_t q = 0; q < all.size(); ++q) {
                Value wanted = responses[q][k];
                if (magnitudeOnly) {
                    Value reached{};
                    for (std::size_t c = 0; c < channels; ++c)
                        reached += y[q][c] * before[c];
                    wanted = std::polar(std::abs(wanted), std::arg(reached));
                }
                for (std::size_t c = 0; c < channels; ++c)
                    now[c] += inverse[q][c] * wanted;
            }
            before = now;
            for (std::size_t c = 0; c < channels; ++c)
                spectra[c][k] = Complex(now[c] * delayPhase(k, static_cast<double>(delay_), fft->size()));
        }
        FftVector<float> time(fft->size());
        for (std::size_t c = 0; c < channels; ++c) {
            spectra[c].front() = spectra[c].front().real();
            spectra[c].back() = spectra[c].back().real();
            fft->inverse(spectra[c], time);
            std::copy(time.begin(), time.end(), filters_[c].channel(ear).begin());
        }
    }
}

AudioBuffer FoaDecoder::decode(const AudioBuffer& foa) const
{
    if (foa.channels() != channels)
        throw badInput("audio", "has " + std::to_string(foa.channels()) +
                                    " channels; first-order ambisonics has four (ACN order, SN3D)");
    const auto input = resample(foa, rateHz_);
    AudioBuffer late(2, input.frames() + delay_, rateHz_);
    for (std::size_t c = 0; c < channels; ++c)
        convolveInto(input.channel(c), filters_[c], late);
    AudioBuffer ears(2, input.frames(), rateHz_);
    for (std::size_t ear = 0; ear < 2; ++ear)
        std::copy(late.channel(ear).begin() + static_cast<std::ptrdiff_t>(delay_), late.channel(ear).end(),
                  ears.channel(ear).begin());
    return ears;
}

} // namespace binaurium
