// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/RoomTuning.h"

#include "core/acoustics/EnergyDecay.h"
#include "core/acoustics/RoomAcoustics.h"
#include "core/scene/Materials.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <spdlog/fmt/fmt.h>

namespace binaurium {
namespace {

constexpr double leastAbsorption = 0.005;
constexpr double mostAbsorption = 0.99;
constexpr int bisections = 40;

// Absorption of each wall in one band.
using WallValues = std::array<double, wallCount>;

class BandTuner
{
public:
    BandTuner(const Room& room, std::size_t band) : room_(room), band_(band)
    {
        room_.wantedRt60S.clear();
        double sum = 0.0;
        for (std::size_t w = 0; w < wallCount; ++w) {
            given_[w] = std::min(wideAbsorptionOf(room.walls[w])[band], mostAbsorption);
            sum += given_[w];
        }
        if (sum <= 0.0)
            given_.fill(mostAbsorption);
    }

    // Exponent 0: all walls at the least, large: all that absorb at all at the most.
    [[nodiscard]] WallValues absorption(double exponent) const
    {
        WallValues values{};
        for (std::size_t w = 0; w < wallCount; ++w)
            values[w] = std::clamp(1.0 - std::pow(1.0 - given_[w], exponent), leastAbsorption, mostAbsorption);
        return values;
    }

    [[nodiscard]] double rt60S(double exponent) const
    {
        Room room = room_;
        const auto values = absorption(exponent);
        for (std::size_t w = 0; w < wallCount; ++w) {
            auto absorptions = wideAbsorptionOf(room.walls[w]);
            absorptions[band_] = values[w];
            room.walls[w] = customWall(absorptions, wideScatteringOf(room.walls[w]));
        }
        return EnergyDecay::reverberationTimeS(RoomAcoustics(room), band_);
    }

    [[nodiscard]] ReachableRange range() const { return {rt60S(mostExponent), rt60S(0.0)}; }

    // The exponent that gives `wantedS`, which must lie in range().
    [[nodiscard]] double exponentFor(double wantedS) const
    {
        double low = -16.0, high = std::log(mostExponent); // in the logarithm
        for (int i = 0; i < bisections; ++i) {
            const double middle = 0.5 * (low + high);
            (rt60S(std::exp(middle)) > wantedS ? low : high) = middle;
        }
        return std::exp(0.5 * (low + high));
    }

private:
    static constexpr double mostExponent = 1e4;
    Room room_;
    std::size_t band_;
    WallValues given_{};
};

double wantedInBand(const std::vector<double>& wanted, std::size_t band)
{
    if (wanted.size() == 1)
        return wanted.front();
    if (wanted.size() == wideBandCount)
        return wanted[band];
    return wanted[std::clamp<std::size_t>(band, 1, octaveBandCount) - 1];
}

} // namespace

ReachableRange reachableRt60(const Room& room, std::size_t band)
{
    return BandTuner(room, band).range();
}

Room tunedRoom(const Room& room)
{
    std::array<WideBandValues, wallCount> absorption{};
    for (std::size_t band = 0; band < wideBandCount; ++band) {
        const BandTuner tuner(room, band);
        double wanted = wantedInBand(room.wantedRt60S, band);
        const auto range = tuner.range();
        // Outside the seven bands of a table air alone may be shorter than what is asked for all bands at once.
        const bool asked = room.wantedRt60S.size() == wideBandCount || (band > 0 && band <= octaveBandCount);
        if (!asked)
            wanted = std::clamp(wanted, range.shortestS, range.longestS);
        if (wanted < range.shortestS || wanted > range.longestS)
            throw badInput("room",
                           fmt::format("rt60 of {:.3g} s cannot be reached at {:g} Hz; walls and air of this room "
                                       "allow {:.3g} to {:.3g} s there",
                                       wanted, wideBandHz[band], range.shortestS, range.longestS));
        const auto values = tuner.absorption(tuner.exponentFor(wanted));
        for (std::size_t w = 0; w < wallCount; ++w)
            absorption[w][band] = values[w];
    }
    Room tuned = room;
    tuned.wantedRt60S.clear();
    for (std::size_t w = 0; w < wallCount; ++w)
        tuned.walls[w] = customWall(absorption[w], wideScatteringOf(room.walls[w]));
    return tuned;
}

} // namespace binaurium
