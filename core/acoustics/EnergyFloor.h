// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace binaurium {

// Where a decay meets the noise (Lundeby, Vigran, Bietz and Vorlaender, Acustica 81 (1995)).
struct EnergyFloor
{
    std::size_t end = 0;           // samples of the decay that count
    double missingEnergy = 0.0;    // what an exponential decay would bring after `end`
    double decayPerSample = 0.0;   // energy nepers, at the end of the decay; 0: none found
    std::optional<double> rangeDb; // start of the decay above the noise; absent: the response ends without noise
};

// `energy` are squared samples from the onset on; `smoothingS` the length of the local means, several periods of the
// lowest frequency.
[[nodiscard]] EnergyFloor findEnergyFloor(std::span<const double> energy, double rateHz, double smoothingS);

} // namespace binaurium
