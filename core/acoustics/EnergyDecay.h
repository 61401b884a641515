// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/RoomAcoustics.h"

#include <vector>

namespace binaurium {

// Energy of the sound field of a shoebox over time, in closed form: images have the density 4 pi c^3 t^2 / V and the
// amplitude 1 / (4 pi c t), so the energy arriving per second is c / (4 pi V) times the mean over all directions of
// exp(-t * loss(direction)). Directions along the long walls lose less, hence the decay is not exponential and longer
// than Eyring's in flat rooms (Lehmann and Johansson, JASA 124 (2008), eq. 11, for directions in three dimensions).
// Energy that walls scatter leaves its direction and decays from then on with Eyring's mean rate, so that a room with
// scattering 1 follows Eyring.
class EnergyDecay
{
public:
    // The mean over all places, as labels and predictions need it.
    explicit EnergyDecay(const RoomAcoustics& room);
    // The field between two points. Modes of the rigid room (Kuttruff, Room Acoustics, 3.2) have the energy
    // psi^2(source) psi^2(receiver) and decay with the loss of their direction; those along a wall or an axis count
    // once, not doubled like the others, which shows up to a few times Schroeder's frequency: away from the walls the
    // field is weaker than the sum of free-space images, and its slowest part relatively stronger.
    EnergyDecay(const RoomAcoustics& room, const Vec3& sourceM, const Vec3& receiverM);
    // Energy per second at `timeS` in one band, relative to a source of unit amplitude.
    [[nodiscard]] double at(double timeS, std::size_t band) const noexcept;
    // The share of it that was scattered at least once.
    [[nodiscard]] double scatteredAt(double timeS, std::size_t band) const noexcept;
    // Time in which the energy that is still to come falls by 60 dB, by the T30 slope (-5 to -35 dB) of the decay.
    [[nodiscard]] double reverberationTimeS(std::size_t band) const;
    // First time after which every band in use has fallen by `decibels` from its start; at most `limitS`.
    [[nodiscard]] double durationS(double decibels, double limitS) const noexcept;
    [[nodiscard]] std::size_t firstBand() const noexcept { return firstBand_; }
    [[nodiscard]] bool scatters() const noexcept { return scatters_; }

private:
    void addDirection(const RoomAcoustics& room, std::size_t band, const Vec3& direction, double weight);
    void addModes(const RoomAcoustics& room, std::size_t band);
    void addModesBetween(const RoomAcoustics& room, std::size_t band, const Vec3& sourceM, const Vec3& receiverM);
    void gather(std::size_t band);
    double scale_;
    std::size_t firstBand_;
    bool scatters_;
    std::array<std::vector<float>, filterBandCount> weight_;        // per direction, about 1 in sum
    std::array<std::vector<float>, filterBandCount> lossPerS_;      // per direction, energy nepers per second
    std::array<std::vector<float>, filterBandCount> scatteredPerS_; // its share that is scattered, not lost
    std::array<double, filterBandCount> eyringPerS_{};
};

} // namespace binaurium
