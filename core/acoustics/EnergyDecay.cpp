// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/EnergyDecay.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace binaurium {
namespace {

constexpr int directionGrid = 12;         // per axis of the octant; midpoint rule in height and azimuth
constexpr double leastReflection = 1e-15; // keeps the rate finite
constexpr double equalRates = 1e-6;       // relative; closer ones are taken as equal
constexpr int modeSamples = 8192;         // of one band up to 500 Hz, where slow modes are few and strong
constexpr int highModeSamples = 2048;     // of one band above
constexpr double bandOctaves = 1.0 / 3.0; // around the centre of a band: between bands the tail interpolates itself
constexpr std::size_t highestIndex = 24;  // of a mode along an axis, above which nodes and antinodes average out
constexpr std::size_t lossBins = 96;      // of modes with nearly the same loss, finer towards small losses

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

// Wave vectors relative to the centre of a band, in the octant of directions: a low-discrepancy sequence, uniform in
// the logarithm of the wave number and over the sphere.
const std::vector<Vec3>& waveVectors()
{
    static const std::vector<Vec3> points = [] {
        constexpr double stepK = 0.81917251339616443, stepHeight = 0.67104360670378920,
                         stepAzimuth = 0.54970047790197026;
        const auto fraction = [](double v) { return v - std::floor(v); };
        std::vector<Vec3> list;
        for (int i = 0; i < modeSamples; ++i) {
            const double k = std::exp2(bandOctaves * (fraction(0.5 + i * stepK) - 0.5));
            const double height = fraction(0.5 + i * stepHeight);
            const double azimuth = 0.5 * std::numbers::pi * fraction(0.5 + i * stepAzimuth);
            const double radius = k * std::sqrt(1.0 - height * height);
            list.push_back({radius * std::cos(azimuth), radius * std::sin(azimuth), k * height});
        }
        return list;
    }();
    return points;
}

// Modes of the rigid room along one axis: psi^2(source) psi^2(receiver) by index.
class AxisModes
{
public:
    AxisModes(double lengthM, double sourceM, double receiverM) : indexPerWaveNumber_(lengthM / std::numbers::pi)
    {
        energy_[0] = 2.0; // half of the cell around index 0 lies outside of the octant
        for (std::size_t n = 1; n <= highestIndex; ++n) {
            const double phase = 2.0 * std::numbers::pi * static_cast<double>(n) / lengthM;
            energy_[n] = (1.0 + std::cos(phase * sourceM)) * (1.0 + std::cos(phase * receiverM));
        }
    }
    [[nodiscard]] std::size_t nearest(double waveNumber) const
    {
        return static_cast<std::size_t>(waveNumber * indexPerWaveNumber_ + 0.5);
    }
    [[nodiscard]] double energy(std::size_t index) const { return index <= highestIndex ? energy_[index] : 1.0; }

private:
    double indexPerWaveNumber_;
    std::array<double, highestIndex + 1> energy_{};
};

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

EnergyDecay::EnergyDecay(const RoomAcoustics& room, const Vec3& sourceM, const Vec3& receiverM)
    : scale_(room.speedOfSoundMPerS() / (4.0 * std::numbers::pi * room.volumeM3())), firstBand_(room.firstBand()),
      scatters_(room.scatters())
{
    for (std::size_t band = 0; band < filterBandCount; ++band) {
        eyringPerS_[band] = eyringRate(room, band);
        addModesBetween(room, band, sourceM, receiverM);
        gather(band);
    }
}

void EnergyDecay::addModesBetween(const RoomAcoustics& room, std::size_t band, const Vec3& sourceM,
                                  const Vec3& receiverM)
{
    const double waveNumber = 2.0 * std::numbers::pi * filterBandHz[band] / room.speedOfSoundMPerS();
    const Vec3& size = room.sizeM();
    const AxisModes x(size.x, sourceM.x, receiverM.x), y(size.y, sourceM.y, receiverM.y),
        z(size.z, sourceM.z, receiverM.z);
    const int samples = filterBandHz[band] <= 500.0 ? modeSamples : highModeSamples;
    for (const Vec3& point : std::span(waveVectors()).first(static_cast<std::size_t>(samples))) {
        const auto nx = x.nearest(waveNumber * point.x), ny = y.nearest(waveNumber * point.y),
                   nz = z.nearest(waveNumber * point.z);
        const Vec3 mode{static_cast<double>(nx) / size.x, static_cast<double>(ny) / size.y,
                        static_cast<double>(nz) / size.z};
        const double norm = length(mode);
        if (norm > 0.0)
            addDirection(room, band, (1.0 / norm) * mode, x.energy(nx) * y.energy(ny) * z.energy(nz) / samples);
    }
}

// Joins modes with nearly the same loss, so that a decay has a hundred terms and not thousands.
void EnergyDecay::gather(std::size_t band)
{
    const auto& loss = lossPerS_[band];
    const double most = *std::max_element(loss.begin(), loss.end());
    std::array<double, lossBins> weights{}, losses{}, scattered{};
    for (std::size_t i = 0; i < loss.size(); ++i) {
        const auto bin = std::min(lossBins - 1, static_cast<std::size_t>(std::sqrt(loss[i] / most) * lossBins));
        weights[bin] += weight_[band][i];
        losses[bin] += static_cast<double>(weight_[band][i]) * loss[i];
        scattered[bin] += static_cast<double>(weight_[band][i]) * scatteredPerS_[band][i];
    }
    for (auto* list : {&weight_[band], &lossPerS_[band], &scatteredPerS_[band]})
        list->clear();
    for (std::size_t bin = 0; bin < lossBins; ++bin) {
        if (weights[bin] <= 0.0)
            continue;
        weight_[band].push_back(static_cast<float>(weights[bin]));
        lossPerS_[band].push_back(static_cast<float>(losses[bin] / weights[bin]));
        scatteredPerS_[band].push_back(static_cast<float>(scattered[bin] / weights[bin]));
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
