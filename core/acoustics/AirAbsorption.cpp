// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/AirAbsorption.h"

#include <cmath>

namespace binaurium {
namespace {

constexpr double referenceK = 293.15;
constexpr double triplePointK = 273.16;
constexpr double zeroCelsiusK = 273.15;

} // namespace

double airAbsorptionDbPerM(double frequencyHz, double temperatureC, double relativeHumidityPercent)
{
    const double kelvin = temperatureC + zeroCelsiusK;
    const double ratio = kelvin / referenceK;
    // Molar concentration of water vapour in percent (annex B).
    const double saturation = std::pow(10.0, -6.8346 * std::pow(triplePointK / kelvin, 1.261) + 4.6151);
    const double h = relativeHumidityPercent * saturation;
    // Relaxation frequencies of oxygen and nitrogen, equations (3) and (4).
    const double oxygen = 24.0 + 4.04e4 * h * (0.02 + h) / (0.391 + h);
    const double nitrogen =
        std::pow(ratio, -0.5) * (9.0 + 280.0 * h * std::exp(-4.170 * (std::cbrt(1.0 / ratio) - 1.0)));
    const double f2 = frequencyHz * frequencyHz;
    // Equation (5).
    return 8.686 * f2 *
           (1.84e-11 * std::sqrt(ratio) +
            std::pow(ratio, -2.5) * (0.01275 * std::exp(-2239.1 / kelvin) / (oxygen + f2 / oxygen) +
                                     0.1068 * std::exp(-3352.0 / kelvin) / (nitrogen + f2 / nitrogen)));
}

double speedOfSound(double temperatureC)
{
    return 343.2 * std::sqrt((temperatureC + zeroCelsiusK) / referenceK);
}

} // namespace binaurium
