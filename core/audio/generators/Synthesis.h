// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Random.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <vector>

// Building blocks of the sound generators: everything adds into one mono buffer.
namespace binaurium::synthesis {

struct Canvas
{
    std::vector<float>& samples;
    double rateHz;
    RandomStream& random;

    [[nodiscard]] double durationS() const { return static_cast<double>(samples.size()) / rateHz; }
    [[nodiscard]] std::size_t at(double timeS) const { return static_cast<std::size_t>(std::max(0.0, timeS) * rateHz); }
};

// Two-pole resonator (constant peak gain), one sample at a time.
class Resonator
{
public:
    Resonator(double frequencyHz, double bandwidthHz, double rateHz)
        : radius_(std::exp(-std::numbers::pi * bandwidthHz / rateHz)),
          a1_(2.0 * radius_ * std::cos(2.0 * std::numbers::pi * frequencyHz / rateHz)), a2_(-radius_ * radius_),
          gain_(1.0 - radius_)
    {}
    double operator()(double x) noexcept
    {
        const double y = gain_ * x + a1_ * y1_ + a2_ * y2_;
        y2_ = y1_;
        y1_ = y;
        return y;
    }

private:
    double radius_, a1_, a2_, gain_;
    double y1_ = 0.0, y2_ = 0.0;
};

// One-pole low pass.
class LowPass
{
public:
    LowPass(double cutoffHz, double rateHz) : a_(std::exp(-2.0 * std::numbers::pi * cutoffHz / rateHz)) {}
    double operator()(double x) noexcept { return y_ = x + a_ * (y_ - x); }

private:
    double a_;
    double y_ = 0.0;
};

// Short attack and release of a tone that lasts `lengthS`, at `timeS` from its start.
[[nodiscard]] inline double envelope(double timeS, double lengthS, double attackS, double releaseS)
{
    if (timeS < 0.0 || timeS > lengthS)
        return 0.0;
    return std::min({1.0, timeS / attackS, (lengthS - timeS) / releaseS});
}

// Calls sound(startS) at about `perS` events a second, the gaps varied by `jitter` (0 .. 1).
template <typename Sound>
void repeat(Canvas& canvas, double perS, double jitter, const Sound& sound)
{
    double t = canvas.random.uniform(0.0, 0.3 / perS);
    while (t < canvas.durationS()) {
        sound(t);
        t += (1.0 + jitter * canvas.random.uniform(-1.0, 1.0)) / perS;
    }
}

// Adds value(time since start, sample index) for `lengthS` from `startS`.
template <typename Value>
void add(Canvas& canvas, double startS, double lengthS, const Value& value)
{
    const std::size_t first = canvas.at(startS);
    const std::size_t last = std::min(canvas.samples.size(), canvas.at(startS + lengthS));
    for (std::size_t n = first; n < last; ++n)
        canvas.samples[n] += static_cast<float>(value(static_cast<double>(n - first) / canvas.rateHz));
}

// Struck object: partials with own decay times.
struct Partial
{
    double frequencyHz, gain, decayS;
};
inline void strike(Canvas& canvas, double startS, double gain, const std::vector<Partial>& partials)
{
    constexpr double attackS = 0.0005;
    for (const Partial& p : partials) {
        if (p.frequencyHz > 0.45 * canvas.rateHz)
            continue;
        const double phase = canvas.random.uniform(0.0, 2.0 * std::numbers::pi);
        // A decaying pointer turned from sample to sample: within 1e-10 of exp() and sin() per sample, and ten times as
        // fast.
        std::complex<double> pointer = std::polar(gain * p.gain, phase);
        const auto turn = std::polar(std::exp(-1.0 / (p.decayS * canvas.rateHz)),
                                     2.0 * std::numbers::pi * p.frequencyHz / canvas.rateHz);
        add(canvas, startS, 6.9 * p.decayS, [&](double t) {
            const double value = pointer.imag() * std::min(1.0, t / attackS);
            pointer = {pointer.real() * turn.real() - pointer.imag() * turn.imag(),
                       pointer.real() * turn.imag() + pointer.imag() * turn.real()};
            return value;
        });
    }
}

// Noise burst through a resonance: impacts, breath, surfaces.
inline void burst(Canvas& canvas, double startS, double lengthS, double gain, double frequencyHz, double bandwidthHz,
                  double attackS, double decayS)
{
    Resonator filter(std::min(frequencyHz, 0.45 * canvas.rateHz), bandwidthHz, canvas.rateHz);
    const double level = gain * std::sqrt(canvas.rateHz / bandwidthHz);
    add(canvas, startS, lengthS, [&](double t) {
        const double shape = std::min(1.0, t / attackS) * std::exp(-t / decayS) * std::min(1.0, (lengthS - t) / 0.002);
        return level * shape * filter(canvas.random.normal());
    });
}

} // namespace binaurium::synthesis
