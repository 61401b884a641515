// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace binaurium {

// Pure-tone attenuation of air in dB per metre, ISO 9613-1:1993 equations (3) to (5), at one standard atmosphere.
// Valid for -20 .. 50 degrees C, 10 .. 100 % relative humidity.
[[nodiscard]] double airAbsorptionDbPerM(double frequencyHz, double temperatureC, double relativeHumidityPercent);

// Speed of sound in m/s, ISO 9613-1: 343.2 sqrt(T / 293.15 K).
[[nodiscard]] double speedOfSound(double temperatureC);

} // namespace binaurium
