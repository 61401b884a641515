// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/Head.h"
#include "core/acoustics/ImageSources.h"
#include "core/audio/AudioBuffer.h"

#include <vector>

namespace binaurium {

// Energy of the image field of a shoebox over time, in closed form: images have the density 4 pi c^3 t^2 / V and the
// amplitude 1 / (4 pi c t), so the energy arriving per second is c / (4 pi V) times the mean over all directions of
// exp(-t * loss(direction)). Directions along the long walls lose less, hence the decay is not exponential and longer
// than Eyring's in flat rooms (Lehmann and Johansson, JASA 124 (2008), eq. 11, for directions in three dimensions).
class EnergyDecay
{
public:
    explicit EnergyDecay(const RoomAcoustics& room);
    // Energy per second at `timeS` in one band, relative to a source of unit amplitude.
    [[nodiscard]] double at(double timeS, std::size_t band) const noexcept;
    // Time in which the energy that is still to come falls by 60 dB, by the T30 slope (-5 to -35 dB) of the decay.
    [[nodiscard]] double reverberationTimeS(std::size_t band) const;
    // First time after which every band has fallen by `decibels` from its start; at most `limitS`.
    [[nodiscard]] double durationS(double decibels, double limitS) const noexcept;

private:
    double scale_;
    std::array<std::vector<float>, filterBandCount> lossPerS_; // per direction, energy nepers per second
};

struct LateTailOptions
{
    double rateHz = 48000.0;
    double startS = 0.05; // centre of the fade-in
    double fadeS = 0.008; // its length; images fade out over the same time, energies add up to one
    double endS = 1.0;
    std::uint64_t seed = 1;
    std::uint64_t index = 0; // of the source, so that no two tails are alike
};

// Noise with the energy of `decay` per band. With a head: two channels with its diffuse-field spectrum and interaural
// coherence. Without: `channels` 1 (omni) or 4 (FOA, SN3D, diffuse). Starts at time 0 of the response.
[[nodiscard]] AudioBuffer lateTail(const EnergyDecay& decay, const Head* head, std::size_t channels,
                                   const LateTailOptions& options);

// Gain of the images at `timeS` while the tail fades in.
[[nodiscard]] double imageFade(double timeS, const LateTailOptions& options) noexcept;

// Stationary diffuse background noise, falling 3 dB per octave, rms 1 over the channels together.
[[nodiscard]] AudioBuffer diffuseNoise(const Head* head, std::size_t channels, double rateHz, std::size_t frames,
                                       std::uint64_t seed);

} // namespace binaurium
