// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/EnergyDecay.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr int directionGrid = 12;         // per axis of the octant; midpoint rule in height and azimuth
constexpr double leastReflection = 1e-15; // keeps the rate finite
constexpr double equalRates = 1e-6;       // relative; closer ones are taken as equal

// Energy at time t that left its direction at any time before (rate exp(-loss tau)) and decayed with `eyring` since:
// the integral of exp(-loss tau) exp(-eyring (t - tau)) over tau from 0 to t.
double scatteredSince(double t, double loss, double eyring)
{
    const double difference = loss - eyring;
    if (std::abs(difference) < equalRates * eyring)
        return t * std::exp(-eyring * t);
    return (std::exp(-eyring * t) - std::exp(-loss * t)) / difference;
}

// The integral of scatteredSince from t to infinity.
double scatteredRemaining(double t, double loss, double eyring)
{
    const double difference = loss - eyring;
    if (std::abs(difference) < equalRates * eyring)
        return std::exp(-eyring * t) * (t / eyring + 1.0 / (eyring * eyring));
    return (std::exp(-eyring * t) / eyring - std::exp(-loss * t) / loss) / difference;
}

// Decay rate of a diffuse field: c S / (4 V) times -ln (1 - mean absorption), and air.
double eyringRate(const RoomAcoustics& room, std::size_t band)
{
    double reflected = 0.0;
    for (std::size_t w = 0; w < wallCount; ++w) {
        const auto wall = static_cast<Wall>(w);
        reflected += room.wallAreaM2(wall) * std::exp(2.0 * room.wallTotalLogGain(wall, band));
    }
    const double c = room.speedOfSoundMPerS();
    return c * (room.surfaceM2() / (4.0 * room.volumeM3()) *
                    -std::log(std::max(reflected / room.surfaceM2(), leastReflection)) -
                2.0 * room.airLogGainPerM(band));
}

} // namespace

EnergyDecay::EnergyDecay(const RoomAcoustics& room)
    : scale_(room.speedOfSoundMPerS() / (4.0 * std::numbers::pi * room.volumeM3())), firstBand_(room.firstBand()),
      scatters_(room.scatters())
{
    for (std::size_t band = 0; band < filterBandCount; ++band) {
        eyringPerS_[band] = eyringRate(room, band);
        addModes(room, band);
    }
}

void EnergyDecay::addModes(const RoomAcoustics& room, std::size_t band)
{
    // Modes lie at all whole numbers of half waves from 0 on; the sum over them is the integral over all directions,
    // half that over each plane and a quarter of that along each axis (trapezoidal rule), here in units of the first.
    // The energy of all together stays that of free space, as it is farther than a quarter wave from the walls.
    const Vec3& size = room.sizeM();
    const double wave = room.speedOfSoundMPerS() / filterBandHz[band];
    const double all = 4.0 * std::numbers::pi * room.volumeM3() / (wave * wave * wave);
    const auto plane = [&](double a, double b) { return std::numbers::pi * a * b / (wave * wave) / all; };
    const auto axis = [&](double a) { return 0.5 * a / wave / all; };
    const double planes = plane(size.y, size.z) + plane(size.x, size.z) + plane(size.x, size.y);
    const double sum = 1.0 + planes + axis(size.x + size.y + size.z);
    for (int i = 0; i < directionGrid; ++i) {
        const double height = (i + 0.5) / directionGrid; // uniform in height is uniform in area
        const double radius = std::sqrt(1.0 - height * height);
        for (int j = 0; j < directionGrid; ++j) {
            const double azimuth = 0.5 * std::numbers::pi * (j + 0.5) / directionGrid;
            addDirection(room, band, {radius * std::cos(azimuth), radius * std::sin(azimuth), height},
                         1.0 / sum / (directionGrid * directionGrid));
        }
        const double angle = 0.5 * std::numbers::pi * (i + 0.5) / directionGrid;
        const double c = std::cos(angle), s = std::sin(angle);
        addDirection(room, band, {0, c, s}, plane(size.y, size.z) / sum / directionGrid);
        addDirection(room, band, {c, 0, s}, plane(size.x, size.z) / sum / directionGrid);
        addDirection(room, band, {c, s, 0}, plane(size.x, size.y) / sum / directionGrid);
    }
    addDirection(room, band, {1, 0, 0}, axis(size.x) / sum);
    addDirection(room, band, {0, 1, 0}, axis(size.y) / sum);
    addDirection(room, band, {0, 0, 1}, axis(size.z) / sum);
}

void EnergyDecay::addDirection(const RoomAcoustics& room, std::size_t band, const Vec3& direction, double weight)
{
    weight_[band].push_back(static_cast<float>(weight));
    // Energy nepers lost per metre walked along each axis: both walls are hit once per 2 L.
    const auto perMetre = [&](auto gain, Wall low, Wall high, double size) {
        return -((room.*gain)(low, band) + (room.*gain)(high, band)) / size;
    };
    const auto loss = [&](auto gain) {
        return direction.x * perMetre(gain, Wall::West, Wall::East, room.sizeM().x) +
               direction.y * perMetre(gain, Wall::South, Wall::North, room.sizeM().y) +
               direction.z * perMetre(gain, Wall::Floor, Wall::Ceiling, room.sizeM().z);
    };
    const double c = room.speedOfSoundMPerS();
    const double air = -2.0 * room.airLogGainPerM(band);
    const double specular = loss(&RoomAcoustics::wallLogGain);
    lossPerS_[band].push_back(static_cast<float>(c * (specular + air)));
    scatteredPerS_[band].push_back(static_cast<float>(c * (specular - loss(&RoomAcoustics::wallTotalLogGain))));
}

double EnergyDecay::at(double timeS, std::size_t band) const noexcept
{
    double sum = 0.0;
    for (std::size_t i = 0; i < lossPerS_[band].size(); ++i)
        sum += weight_[band][i] * std::exp(-timeS * lossPerS_[band][i]);
    return scatters_ ? scale_ * sum + scatteredAt(timeS, band) : scale_ * sum;
}

double EnergyDecay::scatteredAt(double timeS, std::size_t band) const noexcept
{
    double sum = 0.0;
    for (std::size_t i = 0; i < lossPerS_[band].size(); ++i)
        sum +=
            weight_[band][i] * scatteredPerS_[band][i] * scatteredSince(timeS, lossPerS_[band][i], eyringPerS_[band]);
    return scale_ * sum;
}

double EnergyDecay::reverberationTimeS(std::size_t band) const
{
    // The energy still to come is the integral of at(), in closed form per direction.
    const auto remaining = [&](double t) {
        double sum = 0.0;
        for (std::size_t i = 0; i < lossPerS_[band].size(); ++i) {
            const double loss = lossPerS_[band][i];
            sum += weight_[band][i] * std::exp(-t * loss) / loss;
            if (scatters_)
                sum += weight_[band][i] * scatteredPerS_[band][i] * scatteredRemaining(t, loss, eyringPerS_[band]);
        }
        return sum;
    };
    const double whole = remaining(0.0);
    const auto timeOf = [&](double decibels) {
        double low = 0.0;
        double high = 100.0;
        for (int i = 0; i < 60; ++i) {
            const double middle = 0.5 * (low + high);
            (10.0 * std::log10(remaining(middle) / whole) > decibels ? low : high) = middle;
        }
        return low;
    };
    return 2.0 * (timeOf(-35.0) - timeOf(-5.0));
}

double EnergyDecay::durationS(double decibels, double limitS) const noexcept
{
    constexpr double stepS = 0.02;
    for (double t = stepS; t < limitS; t += stepS) {
        bool over = true;
        for (std::size_t band = firstBand_; band < filterBandCount && over; ++band)
            over = at(t, band) < at(0.0, band) * std::pow(10.0, -decibels / 10.0);
        if (over)
            return t;
    }
    return limitS;
}

} // namespace binaurium
