// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/RoomAcoustics.h"

#include <cstdint>
#include <vector>

namespace binaurium {

// Energy of the sound field of a shoebox over time: that of its full set of image sources, in closed form. Per band it
// is a sum over the modes of the rigid room (Kuttruff, Room Acoustics, 3.2). Each has the energy psi^2(source)
// psi^2(receiver) and loses energy by the direction of its wave vector, since a wave that hits two walls a distance L
// apart at the angle of direction cosine d does so c d / L times a second (Lehmann and Johansson, JASA 124 (2008), eq.
// 11, for images). Waves along the long walls lose least, hence the decay is not exponential and longer than Eyring's
// in flat rooms.
//
// A wave without a half wave between two walls would lose nothing to them. But a reflection factor that is the same at
// all angles, as that of image sources, is no boundary condition that such a wave can meet: what travels along the wall
// spreads, and is reflected into itself with a Lorentzian distribution of wave numbers across, of the half width nu / L
// (nu: nepers of amplitude per reflection). Summed up it is erfc(sqrt(i) z), z = (nu / L) sqrt(c t / (2 k)), at the
// time t and the wave number k; its energy is grazingEnergy(z). Without it T30 of absorbent rooms is some 10 % too
// long.
//
// Energy that walls scatter leaves its direction and decays from then on with Eyring's mean rate, so that a room with
// scattering 1 follows Eyring.
class EnergyDecay
{
public:
    // The mean over all places half a metre and more from the walls, as labels and predictions need it.
    explicit EnergyDecay(const RoomAcoustics& room);
    // The field between two points: near the walls stronger, in the middle weaker than the sum of free-space images.
    EnergyDecay(const RoomAcoustics& room, const Vec3& sourceM, const Vec3& receiverM);
    // Energy per second at `timeS` in one band, relative to a source of unit amplitude.
    [[nodiscard]] double at(double timeS, std::size_t band) const noexcept;
    // The share of it that was scattered at least once.
    [[nodiscard]] double scatteredAt(double timeS, std::size_t band) const noexcept;
    // Time in which the energy that is still to come falls by 60 dB, by the T30 slope (-5 to -35 dB) of the decay.
    [[nodiscard]] double reverberationTimeS(std::size_t band) const;
    // The same of one band of a room, without the others.
    [[nodiscard]] static double reverberationTimeS(const RoomAcoustics& room, std::size_t band);
    // First time after which every band in use has fallen by `decibels` from its start; at most `limitS`.
    [[nodiscard]] double durationS(double decibels, double limitS) const noexcept;
    [[nodiscard]] std::size_t firstBand() const noexcept { return firstBand_; }
    [[nodiscard]] bool scatters() const noexcept { return scatters_; }
    // Energy left of a wave along two walls, 1 at 0, falling as 1 / (pi z^2) (within 0.003).
    [[nodiscard]] static double grazingEnergy(double z) noexcept;

private:
    // Modes of nearly the same loss.
    struct Term
    {
        double weight = 0.0;         // energy, about 1 in sum
        double lossPerS = 0.0;       // energy nepers per second
        double scatteredPerS = 0.0;  // its share that is scattered, not lost
        std::uint8_t grazedAxes = 0; // bit i: no half wave along axis i
    };
    class AxisModes;

    EnergyDecay(const RoomAcoustics& room, std::array<AxisModes, 3> axes, std::size_t first, std::size_t last);
    void addModes(const RoomAcoustics& room, std::size_t band, const std::array<AxisModes, 3>& axes);
    // Energy factors of all combinations of grazed axes at one time.
    [[nodiscard]] std::array<double, 8> grazing(double timeS, std::size_t band) const noexcept;

    double scale_;
    std::size_t firstBand_;
    bool scatters_;
    std::array<std::vector<Term>, filterBandCount> terms_;
    std::array<std::array<double, 3>, filterBandCount> spread_{}; // z of each axis after 1 s
    std::array<double, filterBandCount> eyringPerS_{};
};

} // namespace binaurium
