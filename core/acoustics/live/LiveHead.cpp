// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/LiveHead.h"

#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>

namespace binaurium {
namespace {

constexpr std::size_t azimuths = 72; // looked at per ring
constexpr std::size_t fine = 2;      // grid nodes for each of them
constexpr std::size_t nodes = fine * azimuths;
constexpr int rings = 37;
constexpr double stepDeg = 5.0; // of azimuths and of rings
constexpr double nodeDeg = stepDeg / static_cast<double>(fine);
constexpr std::size_t filterLength = LiveHead::parts * LiveRate::quantum;
constexpr std::size_t preRing = 16; // samples kept before the aligned window: resampling rings to both sides
constexpr std::size_t fadeOut = 16;

// Direction bins: rings of elevation, denser where most reflections arrive.
struct BinRing
{
    double elevationDeg;
    std::size_t first, count;
};
constexpr std::array<BinRing, 7> binRings{
    {{-90, 0, 1}, {-60, 1, 9}, {-30, 10, 18}, {0, 28, 24}, {30, 52, 18}, {60, 70, 9}, {90, 79, 1}}};
static_assert(binRings.back().first + binRings.back().count == LiveHead::directionBins);

double positiveDeg(double azimuthDeg)
{
    return azimuthDeg < 0.0 ? azimuthDeg + 360.0 : azimuthDeg;
}

// Azimuth harmonics up to k a + 5 pass, from k a + 13 on none: weight of a measurement at an angle from the wanted one.
double smoothingWeight(double frequencyHz, double angleDeg)
{
    constexpr double radiusM = 0.15;
    constexpr double speedMPerS = 343.0;
    constexpr double margin = 5.0;
    constexpr double slope = 8.0;
    const double pass = 2.0 * std::numbers::pi * frequencyHz * radiusM / speedMPerS + margin;
    double sum = 0.0;
    for (std::size_t m = 0; m <= azimuths / 2; ++m) {
        const double position = std::clamp((static_cast<double>(m) - pass) / slope, 0.0, 1.0);
        const double twice = m == 0 || m == azimuths / 2 ? 1.0 : 2.0;
        sum += twice * (0.5 + 0.5 * std::cos(std::numbers::pi * position)) *
               std::cos(static_cast<double>(m) * radians(angleDeg));
    }
    return sum / azimuths;
}

// The delays are those of the low frequencies, where they were measured. They are kept every degree, so that the kinks
// of a linear interpolation are too small to be heard as lines.
constexpr double delayFrequencyHz = 500.0;
constexpr std::size_t delayAzimuths = 360;

} // namespace

LiveHead::LiveHead(const Head& head)
    : onset_(head.alignedOnset() + preRing), wide_(Fft::ofSize(head.fftSize())), quantum_(Fft::ofSize(fftSize)),
      filters_(nodes * rings * 2 * parts * bins), binFilters_(directionBins * 2 * parts * bins)
{
    if (head.rateHz() != LiveRate::hz)
        throw Error(ErrorKind::Usage, "the live engine needs a head at 48 kHz");
    for (auto& ear : delays_)
        ear.resize(delayAzimuths * rings);
    std::vector<float> smoothing(nodes * wide_->bins()); // [distance in nodes][bin]
    std::vector<double> delaySmoothing(delayAzimuths);   // by degrees
    for (std::size_t n = 0; n < nodes; ++n)
        for (std::size_t k = 0; k < wide_->bins(); ++k)
            smoothing[n * wide_->bins() + k] = static_cast<float>(
                smoothingWeight(static_cast<double>(k) * LiveRate::hz / static_cast<double>(wide_->size()),
                                nodeDeg * static_cast<double>(n)));
    for (std::size_t n = 0; n < delayAzimuths; ++n)
        delaySmoothing[n] = smoothingWeight(delayFrequencyHz, static_cast<double>(n));
    for (int ring = 0; ring < rings; ++ring)
        fillRing(head, ring, smoothing, delaySmoothing);
    for (std::size_t bin = 0; bin < directionBins; ++bin) {
        const auto corners = gridCorners(binDirection(bin));
        for (std::size_t ear = 0; ear < 2; ++ear)
            filter(corners, ear, {binFilters_.data() + (bin * 2 + ear) * parts * bins, parts * bins});
    }
}

void LiveHead::fillRing(const Head& head, int ring, std::span<const float> smoothing,
                        std::span<const double> delaySmoothing)
{
    const std::size_t wideBins = wide_->bins();
    const double elevation = stepDeg * ring - 90.0;
    std::vector<Complex> raw(2 * azimuths * wideBins);
    std::array<std::array<double, azimuths>, 2> delays{};
    FftVector<Complex> spectrum(wideBins);
    for (std::size_t a = 0; a < azimuths; ++a) {
        const auto blend = head.blend(unitVector({stepDeg * static_cast<double>(a), elevation}));
        for (std::size_t ear = 0; ear < 2; ++ear) {
            delays[ear][a] = blend.delaySamples[ear];
            head.spectrum(blend, ear, {raw.data() + (ear * azimuths + a) * wideBins, wideBins});
        }
    }
    for (std::size_t ear = 0; ear < 2; ++ear) {
        for (std::size_t a = 0; a < nodes; ++a) {
            const std::size_t node = static_cast<std::size_t>(ring) * nodes + a;
            std::fill(spectrum.begin(), spectrum.end(), Complex{});
            for (std::size_t b = 0; b < azimuths; ++b) {
                const std::size_t distance = (a + nodes - fine * b) % nodes;
                const Complex* row = raw.data() + (ear * azimuths + b) * wideBins;
                const float* weight = smoothing.data() + distance * wideBins;
                for (std::size_t k = 0; k < wideBins; ++k)
                    spectrum[k] += weight[k] * row[k];
            }
            cut(spectrum, {filters_.data() + (node * 2 + ear) * parts * bins, parts * bins});
        }
        for (std::size_t a = 0; a < delayAzimuths; ++a) {
            double delay = 0.0;
            for (std::size_t b = 0; b < azimuths; ++b)
                delay += delays[ear][b] *
                         delaySmoothing[(a + delayAzimuths - b * (delayAzimuths / azimuths)) % delayAzimuths];
            delays_[ear][static_cast<std::size_t>(ring) * delayAzimuths + a] = delay;
        }
    }
}

// From the spectrum of an aligned response to the partitions of a filter that starts preRing samples earlier.
void LiveHead::cut(std::span<Complex> spectrum, std::span<Complex> out) const
{
    for (std::size_t k = 0; k < spectrum.size(); ++k)
        spectrum[k] *= std::polar(1.0F, static_cast<float>(-2.0 * std::numbers::pi * static_cast<double>(k * preRing) /
                                                           static_cast<double>(wide_->size())));
    FftVector<float> time(wide_->size());
    wide_->inverse(spectrum, time);
    for (std::size_t n = 0; n < fadeOut; ++n)
        time[filterLength - 1 - n] *= (static_cast<float>(n) + 0.5F) / static_cast<float>(fadeOut);
    FftVector<float> padded(fftSize);
    FftVector<Complex> partition(bins);
    for (std::size_t p = 0; p < parts; ++p) {
        std::copy_n(time.begin() + static_cast<std::ptrdiff_t>(p * LiveRate::quantum), LiveRate::quantum,
                    padded.begin());
        quantum_->forward(padded, partition);
        std::copy(partition.begin(), partition.end(), out.begin() + static_cast<std::ptrdiff_t>(p * bins));
    }
}

std::shared_ptr<const LiveHead> LiveHead::of(const std::shared_ptr<const Head>& head)
{
    static std::mutex mutex;
    static std::map<std::weak_ptr<const Head>, std::weak_ptr<const LiveHead>, std::owner_less<>> cache;
    const std::lock_guard lock(mutex);
    std::erase_if(cache, [](const auto& entry) { return entry.first.expired(); });
    auto& slot = cache[head];
    auto live = slot.lock();
    if (!live) {
        live = std::make_shared<const LiveHead>(*head);
        slot = live;
    }
    return live;
}

Direction LiveHead::angles(const Vec3& d) noexcept
{
    const double across = std::hypot(d.x, d.y);
    return {degrees(std::atan2(d.y, d.x)), degrees(std::atan2(d.z, across))};
}

LiveHead::Corners LiveHead::gridCorners(const Direction& direction) const noexcept
{
    const double column = positiveDeg(direction.azimuthDeg) / nodeDeg;
    const double row = std::clamp((direction.elevationDeg + 90.0) / stepDeg, 0.0, rings - 1.0);
    const auto a = static_cast<std::size_t>(column);
    const auto r = std::min<std::size_t>(static_cast<std::size_t>(row), rings - 2);
    const auto u = static_cast<float>(column - static_cast<double>(a));
    const auto v = static_cast<float>(row - static_cast<double>(r));
    const auto node = [](std::size_t ring, std::size_t azimuth) {
        return static_cast<std::uint16_t>(ring * nodes + azimuth % nodes);
    };
    return {{node(r, a), node(r, a + 1), node(r + 1, a), node(r + 1, a + 1)},
            {(1.0F - u) * (1.0F - v), u * (1.0F - v), (1.0F - u) * v, u * v}};
}

LiveHead::Corners LiveHead::binCorners(const Direction& direction) const noexcept
{
    constexpr double ringStepDeg = 30.0;
    const double row = std::clamp((direction.elevationDeg + 90.0) / ringStepDeg, 0.0, binRings.size() - 1.0);
    const auto r = std::min<std::size_t>(static_cast<std::size_t>(row), binRings.size() - 2);
    const auto v = static_cast<float>(row - static_cast<double>(r));
    Corners corners;
    for (std::size_t i = 0; i < 2; ++i) {
        const BinRing& ring = binRings[r + i];
        const double column = positiveDeg(direction.azimuthDeg) / 360.0 * static_cast<double>(ring.count);
        const auto a = static_cast<std::size_t>(column);
        const auto u = static_cast<float>(column - static_cast<double>(a));
        const float share = i == 0 ? 1.0F - v : v;
        corners.index[2 * i] = static_cast<std::uint16_t>(ring.first + a % ring.count);
        corners.index[2 * i + 1] = static_cast<std::uint16_t>(ring.first + (a + 1) % ring.count);
        corners.weight[2 * i] = share * (1.0F - u);
        corners.weight[2 * i + 1] = share * u;
    }
    return corners;
}

Direction LiveHead::binDirection(std::size_t bin) const noexcept
{
    const auto ring =
        std::find_if(binRings.begin(), binRings.end(), [&](const BinRing& r) { return bin < r.first + r.count; });
    return {wrapDegrees(360.0 * static_cast<double>(bin - ring->first) / static_cast<double>(ring->count)),
            ring->elevationDeg};
}

std::array<double, 2> LiveHead::delaySamples(const Direction& direction) const noexcept
{
    const double column = positiveDeg(direction.azimuthDeg) * (delayAzimuths / 360.0);
    const double row = std::clamp((direction.elevationDeg + 90.0) / stepDeg, 0.0, rings - 1.0);
    const auto a = static_cast<std::size_t>(column);
    const auto r = std::min<std::size_t>(static_cast<std::size_t>(row), rings - 2);
    const double u = column - static_cast<double>(a);
    const double v = row - static_cast<double>(r);
    std::array<double, 2> delay{};
    for (std::size_t ear = 0; ear < 2; ++ear) {
        const auto along = [&](std::size_t ring) {
            const double* values = delays_[ear].data() + ring * delayAzimuths;
            return (1.0 - u) * values[a % delayAzimuths] + u * values[(a + 1) % delayAzimuths];
        };
        delay[ear] = (1.0 - v) * along(r) + v * along(r + 1);
    }
    return delay;
}

void LiveHead::filter(const Corners& grid, std::size_t ear, std::span<Complex> out) const noexcept
{
    // As plain numbers, which the compiler vectorises.
    auto* sum = reinterpret_cast<float*>(out.data());
    constexpr std::size_t count = 2 * parts * bins;
    const auto row = [&](std::size_t i) {
        return reinterpret_cast<const float*>(filters_.data() + (grid.index[i] * std::size_t{2} + ear) * parts * bins);
    };
    const float *a = row(0), *b = row(1), *c = row(2), *d = row(3);
    const auto& w = grid.weight;
    for (std::size_t k = 0; k < count; ++k)
        sum[k] = (w[0] * a[k] + w[1] * b[k]) + (w[2] * c[k] + w[3] * d[k]);
}

} // namespace binaurium
