// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/EnergyDecay.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace binaurium {
namespace {

constexpr double leastReflection = 1e-15;     // keeps the rate finite
constexpr double equalRates = 1e-6;           // relative; closer ones are taken as equal
constexpr std::size_t modeSamples = 8192;     // of one band up to 500 Hz, where slow modes are few and strong
constexpr std::size_t highModeSamples = 2048; // of one band above
constexpr double bandOctaves = 1.0 / 3.0;     // around the centre of a band: between bands the tail interpolates itself
constexpr std::size_t highestIndex = 24;      // of a mode along an axis, above which nodes and antinodes average out
constexpr std::size_t lossBins = 48;          // of modes with nearly the same loss, finer towards small losses
constexpr double fromWallsM = 0.5;            // of the places that the mean is over, where the room allows it

// Energy at time t that left its direction at any time before (rate exp(-loss tau)) and decayed with `eyring` since:
// the integral of exp(-loss tau) exp(-eyring (t - tau)) over tau from 0 to t.
double scatteredSince(double t, double loss, double eyring)
{
    const double difference = loss - eyring;
    if (std::abs(difference) < equalRates * eyring)
        return t * std::exp(-eyring * t);
    return (std::exp(-eyring * t) - std::exp(-loss * t)) / difference;
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

// Wave vectors relative to the centre of a band, in the octant of directions: a low-discrepancy sequence, uniform in
// the logarithm of the wave number and over the sphere.
std::span<const Vec3> waveVectors(std::size_t band)
{
    static const std::vector<Vec3> points = [] {
        constexpr double stepK = 0.81917251339616443, stepHeight = 0.67104360670378920,
                         stepAzimuth = 0.54970047790197026;
        const auto fraction = [](double v) { return v - std::floor(v); };
        std::vector<Vec3> list;
        for (std::size_t n = 0; n < modeSamples; ++n) {
            const auto i = static_cast<double>(n);
            const double k = std::exp2(bandOctaves * (fraction(0.5 + i * stepK) - 0.5));
            const double height = fraction(0.5 + i * stepHeight);
            const double azimuth = 0.5 * std::numbers::pi * fraction(0.5 + i * stepAzimuth);
            const double radius = k * std::sqrt(1.0 - height * height);
            list.push_back({radius * std::cos(azimuth), radius * std::sin(azimuth), k * height});
        }
        return list;
    }();
    return std::span(points).first(filterBandHz[band] <= 500.0 ? modeSamples : highModeSamples);
}

double waveNumber(const RoomAcoustics& room, std::size_t band)
{
    return 2.0 * std::numbers::pi * filterBandHz[band] / room.speedOfSoundMPerS();
}

using WallGain = float (RoomAcoustics::*)(Wall, std::size_t) const noexcept;

// Energy nepers lost per metre walked along each axis: both walls are hit once per 2 L.
std::array<double, 3> lossPerM(const RoomAcoustics& room, std::size_t band, WallGain gain)
{
    const auto axis = [&](Wall low, Wall high, double size) {
        return -static_cast<double>((room.*gain)(low, band) + (room.*gain)(high, band)) / size;
    };
    return {axis(Wall::West, Wall::East, room.sizeM().x), axis(Wall::South, Wall::North, room.sizeM().y),
            axis(Wall::Floor, Wall::Ceiling, room.sizeM().z)};
}

} // namespace

// Modes of the room along one axis: the energy of each at a place, cosh(e) + cos(2 pi n y / L), 1 on average between
// hard walls. Waves grow on their way between two reflections by what they lose there: e is their level at y, nepers of
// energy, -nu at one wall and nu at the other.
class EnergyDecay::AxisModes
{
public:
    AxisModes(double lengthM, double sourceM, double receiverM)
        : lengthM_(lengthM), placesM_{{{sourceM, sourceM}, {receiverM, receiverM}}}
    {
        for (std::size_t n = 1; n <= highestIndex; ++n)
            for (std::size_t end = 0; end < 2; ++end)
                standing_[end][n] =
                    std::cos(2.0 * std::numbers::pi * static_cast<double>(n) / lengthM * placesM_[end][0]);
    }
    // The mean over all places of source and receiver.
    explicit AxisModes(double lengthM) : lengthM_(lengthM)
    {
        const double margin = std::min(fromWallsM / lengthM, 0.25);
        placesM_.fill({margin * lengthM, (1.0 - margin) * lengthM});
        for (std::size_t n = 1; n <= highestIndex; ++n) {
            const double turns = std::numbers::pi * static_cast<double>(n);
            standing_[0][n] = standing_[1][n] = -std::sin(2.0 * turns * margin) / (turns * (1.0 - 2.0 * margin));
        }
    }
    // For walls at 0 and `lengthM` that take so many nepers of amplitude from what they reflect.
    void setWalls(double lowNepers, double highNepers)
    {
        const double low = std::min(lowNepers, mostNepers), high = std::min(highNepers, mostNepers);
        for (std::size_t end = 0; end < 2; ++end) {
            const auto level = [&](double y) { return (low + high) * y / lengthM_ - low; };
            const double from = level(placesM_[end][0]), to = level(placesM_[end][1]);
            growing_[end] = to - from > equalRates ? (std::sinh(to) - std::sinh(from)) / (to - from) : std::cosh(from);
        }
    }
    [[nodiscard]] std::size_t nearest(double k) const
    {
        return static_cast<std::size_t>(k * lengthM_ / std::numbers::pi + 0.5);
    }
    [[nodiscard]] double energy(std::size_t n) const
    {
        if (n == 0) // a quarter of what the formula gives, twice as half of its cell lies outside of the octant
            return 0.5 * (growing_[0] + 1.0) * (growing_[1] + 1.0);
        if (n > highestIndex)
            return growing_[0] * growing_[1];
        return (growing_[0] + standing_[0][n]) * (growing_[1] + standing_[1][n]);
    }
    // Over pi.
    [[nodiscard]] double waveNumber(std::size_t index) const { return static_cast<double>(index) / lengthM_; }

private:
    static constexpr double mostNepers = 0.7; // of a wall; nothing stands before softer ones
    double lengthM_;
    std::array<std::array<double, 2>, 2> placesM_{}; // from, to; of source and receiver
    std::array<std::array<double, highestIndex + 1>, 2> standing_{};
    std::array<double, 2> growing_{1.0, 1.0};
};

EnergyDecay::EnergyDecay(const RoomAcoustics& room)
    : EnergyDecay(room, {AxisModes(room.sizeM().x), AxisModes(room.sizeM().y), AxisModes(room.sizeM().z)}, 0,
                  filterBandCount)
{}

EnergyDecay::EnergyDecay(const RoomAcoustics& room, const Vec3& sourceM, const Vec3& receiverM)
    : EnergyDecay(room,
                  {AxisModes(room.sizeM().x, sourceM.x, receiverM.x), AxisModes(room.sizeM().y, sourceM.y, receiverM.y),
                   AxisModes(room.sizeM().z, sourceM.z, receiverM.z)},
                  0, filterBandCount)
{}

EnergyDecay::EnergyDecay(const RoomAcoustics& room, std::array<AxisModes, 3> axes, std::size_t first, std::size_t last)
    : scale_(room.speedOfSoundMPerS() / (4.0 * std::numbers::pi * room.volumeM3())), firstBand_(room.firstBand()),
      scatters_(room.scatters())
{
    for (std::size_t band = first; band < last; ++band) {
        eyringPerS_[band] = eyringRate(room, band);
        // Of what is lost; what is scattered stays in the room. Twice nu / L.
        const auto loss = lossPerM(room, band, &RoomAcoustics::wallTotalLogGain);
        const double rootOfWay = std::sqrt(room.speedOfSoundMPerS() / (2.0 * waveNumber(room, band)));
        for (std::size_t axis = 0; axis < 3; ++axis)
            spread_[band][axis] = 0.5 * loss[axis] * rootOfWay;
        const auto nepers = [&](Wall wall) { return -static_cast<double>(room.wallTotalLogGain(wall, band)); };
        axes[0].setWalls(nepers(Wall::West), nepers(Wall::East));
        axes[1].setWalls(nepers(Wall::South), nepers(Wall::North));
        axes[2].setWalls(nepers(Wall::Floor), nepers(Wall::Ceiling));
        addModes(room, band, axes);
    }
}

// Takes each wave vector to the nearest mode, and joins those with nearly the same loss, so that a decay has a hundred
// terms and not thousands.
void EnergyDecay::addModes(const RoomAcoustics& room, std::size_t band, const std::array<AxisModes, 3>& axes)
{
    const double c = room.speedOfSoundMPerS();
    const double airPerS = -2.0 * c * room.airLogGainPerM(band);
    const auto specular = lossPerM(room, band, &RoomAcoustics::wallLogGain);
    const auto total = lossPerM(room, band, &RoomAcoustics::wallTotalLogGain);
    const double mostPerS = c * std::hypot(specular[0], specular[1], specular[2]) + 1e-9;
    const auto points = waveVectors(band);
    const double k = waveNumber(room, band);
    std::vector<Term> bins(8 * lossBins);
    for (const Vec3& point : points) {
        const std::array index{axes[0].nearest(k * point.x), axes[1].nearest(k * point.y),
                               axes[2].nearest(k * point.z)};
        const Vec3 mode{axes[0].waveNumber(index[0]), axes[1].waveNumber(index[1]), axes[2].waveNumber(index[2])};
        const double norm = length(mode);
        if (norm == 0.0)
            continue;
        const auto along = [&](const std::array<double, 3>& perM) {
            return c / norm * (mode.x * perM[0] + mode.y * perM[1] + mode.z * perM[2]);
        };
        const double loss = along(specular);
        const auto grazed =
            static_cast<std::uint8_t>((index[0] == 0 ? 1 : 0) + (index[1] == 0 ? 2 : 0) + (index[2] == 0 ? 4 : 0));
        const auto bin = static_cast<std::size_t>(std::sqrt(loss / mostPerS) * (lossBins - 1));
        Term& term = bins[grazed * lossBins + bin];
        const double weight = axes[0].energy(index[0]) * axes[1].energy(index[1]) * axes[2].energy(index[2]) /
                              static_cast<double>(points.size());
        term.weight += weight;
        term.lossPerS += weight * (loss + airPerS);
        term.scatteredPerS += weight * (loss - along(total));
        term.grazedAxes = grazed;
    }
    for (Term& term : bins)
        if (term.weight > 0.0) {
            term.lossPerS /= term.weight;
            term.scatteredPerS /= term.weight;
            terms_[band].push_back(term);
        }
}

double EnergyDecay::grazingEnergy(double z) noexcept
{
    // |erfc(sqrt(i) z)|^2 by the auxiliary functions of the Fresnel integrals, Abramowitz and Stegun 7.3.32 and 33.
    const double x = z * std::sqrt(2.0 / std::numbers::pi);
    const double f = (1.0 + 0.926 * x) / (2.0 + x * (1.792 + x * 3.104));
    const double g = 1.0 / (2.0 + x * (4.142 + x * (3.492 + x * 6.670)));
    return 2.0 * (f * f + g * g);
}

std::array<double, 8> EnergyDecay::grazing(double timeS, std::size_t band) const noexcept
{
    std::array<double, 8> factors{};
    factors[0] = 1.0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::size_t bit = std::size_t{1} << axis;
        const double energy = grazingEnergy(spread_[band][axis] * std::sqrt(timeS));
        for (std::size_t lower = 0; lower < bit; ++lower)
            factors[bit + lower] = energy * factors[lower];
    }
    return factors;
}

double EnergyDecay::at(double timeS, std::size_t band) const noexcept
{
    const auto factors = grazing(timeS, band);
    double sum = 0.0;
    for (const Term& term : terms_[band])
        sum += factors[term.grazedAxes] * term.weight * std::exp(-timeS * term.lossPerS);
    return scatters_ ? scale_ * sum + scatteredAt(timeS, band) : scale_ * sum;
}

double EnergyDecay::scatteredAt(double timeS, std::size_t band) const noexcept
{
    double sum = 0.0;
    for (const Term& term : terms_[band])
        sum += term.weight * term.scatteredPerS * scatteredSince(timeS, term.lossPerS, eyringPerS_[band]);
    return scale_ * sum;
}

double EnergyDecay::reverberationTimeS(std::size_t band) const
{
    // Energy from one time to the next on a grid that widens, exponential in between; then the sum from the end on.
    constexpr double firstStepShare = 0.02, growth = 1.05, untilShare = 1e-7, latestS = 400.0;
    std::vector<double> times{0.0}, energies{at(0.0, band)}, remaining;
    double step = firstStepShare / eyringPerS_[band];
    while (energies.back() > untilShare * energies.front() && times.back() < latestS) {
        times.push_back(times.back() + step);
        energies.push_back(at(times.back(), band));
        step *= growth;
    }
    remaining.resize(times.size());
    for (std::size_t i = times.size() - 1; i-- > 0;) {
        const double fall = std::log(energies[i] / energies[i + 1]);
        const double mean = std::abs(fall) > equalRates ? (energies[i] - energies[i + 1]) / fall : energies[i];
        remaining[i] = remaining[i + 1] + mean * (times[i + 1] - times[i]);
    }
    const auto timeOf = [&](double decibels) {
        const double wanted = remaining.front() * std::pow(10.0, decibels / 10.0);
        std::size_t i = 1;
        while (i + 2 < remaining.size() && remaining[i] > wanted)
            ++i;
        const double position = std::log(remaining[i - 1] / wanted) / std::log(remaining[i - 1] / remaining[i]);
        return times[i - 1] + position * (times[i] - times[i - 1]);
    };
    return 2.0 * (timeOf(-35.0) - timeOf(-5.0));
}

double EnergyDecay::reverberationTimeS(const RoomAcoustics& room, std::size_t band)
{
    const Vec3& size = room.sizeM();
    return EnergyDecay(room, {AxisModes(size.x), AxisModes(size.y), AxisModes(size.z)}, band, band + 1)
        .reverberationTimeS(band);
}

double EnergyDecay::durationS(double decibels, double limitS) const noexcept
{
    constexpr double stepS = 0.02;
    double t = stepS;
    for (std::size_t band = firstBand_; band < filterBandCount; ++band) {
        const double threshold = at(0.0, band) * std::pow(10.0, -decibels / 10.0);
        while (t < limitS && at(t, band) >= threshold)
            t += stepS;
    }
    return std::min(t, limitS);
}

} // namespace binaurium
