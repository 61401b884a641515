// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/EnergyDecay.h"
#include "core/acoustics/Head.h"
#include "core/audio/AudioBuffer.h"

#include <vector>

namespace binaurium {

struct LateTailOptions
{
    double rateHz = 48000.0;
    double startS = 0.05; // centre of the fade-in
    double fadeS = 0.008; // its length; images fade out over the same time, energies add up to one
    double endS = 1.0;
    std::uint64_t seed = 1;
    std::uint64_t index = 0;                                     // of the source, so that no two tails are alike
    std::array<double, filterBandCount> sourcePower = unitPower; // mean square of its directivity

    static constexpr std::array<double, filterBandCount> unitPower{1, 1, 1, 1, 1, 1, 1, 1, 1};
};

// Noise with the energy of `decay` per band. With a head: two channels with its diffuse-field spectrum and interaural
// coherence. Without: `channels` 1 (omni) or 4 (FOA, SN3D, diffuse). Starts at time 0 of the response.
[[nodiscard]] AudioBuffer lateTail(const EnergyDecay& decay, const Head* head, std::size_t channels,
                                   const LateTailOptions& options);

// What the walls scatter before the tail above takes over: noise from the direct sound on, `directS`, that fades out as
// the images do. Only for decays that scatter. With `options.startS` >= endS it lasts to the end.
[[nodiscard]] AudioBuffer scatteredTail(const EnergyDecay& decay, const Head* head, std::size_t channels,
                                        const LateTailOptions& options, double directS);

// Gain of the images at `timeS` while the tail fades in.
[[nodiscard]] double imageFade(double timeS, const LateTailOptions& options) noexcept;

// Stationary diffuse background noise, falling 3 dB per octave, rms 1 over the channels together.
[[nodiscard]] AudioBuffer diffuseNoise(const Head* head, std::size_t channels, double rateHz, std::size_t frames,
                                       std::uint64_t seed);

} // namespace binaurium
