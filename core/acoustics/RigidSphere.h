// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>

// Sound around a rigid sphere, as series of spherical harmonics; time factor exp(i omega t). Wavenumber times radius
// `ka` in (0, 200].
namespace binaurium {

// Pressure of a point source at `distanceRadii` > 1 radii from the centre, at a point of the surface that is seen from
// the centre at `cosine` from the source, relative to the free-field pressure at the centre. Rabinowitz, Maxwell, Shao
// and Wei (1993); Duda and Martens, JASA 104 (1998), eq. 2, there with the other time factor.
[[nodiscard]] std::complex<double> pressureOnSphere(double ka, double distanceRadii, double cosine);

// Far field of a piston (a cap of half angle `capRad` moving radially) in a rigid sphere, in the direction `cosine`
// from its axis, not normalised. Morse and Ingard, Theoretical Acoustics (1968), ch. 7.2.
[[nodiscard]] std::complex<double> pistonFarField(double ka, double capRad, double cosine);

} // namespace binaurium
