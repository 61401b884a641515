// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/Head.h"
#include "core/acoustics/HeadCatalogue.h"
#include "core/support/Random.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <vector>

// Heads with a part of their directions left out.
namespace binaurium::test {

inline constexpr double lowestHz = 100.0;
inline constexpr double highestHz = 14000.0;

// A head with the directions `kept` of `all`.
inline HeadMeasurements subset(const HeadMeasurements& all, std::span<const std::size_t> kept)
{
    HeadMeasurements part = all;
    part.directions.clear();
    for (std::size_t ear = 0; ear < 2; ++ear) {
        part.responses[ear].clear();
        part.delaySamples[ear].clear();
    }
    for (const std::size_t i : kept) {
        part.directions.push_back(all.directions[i]);
        for (std::size_t ear = 0; ear < 2; ++ear) {
            const float* response = all.response(ear, i);
            part.responses[ear].insert(part.responses[ear].end(), response, response + all.taps);
            part.delaySamples[ear].push_back(all.delaySamples[ear][i]);
        }
    }
    return part;
}

struct InterpolationErrors
{
    double spectralDb = 0.0; // mean over directions and ears of the rms over frequency
    double itdUs = 0.0;      // rms over directions
};

// Directions of `all` whose index is in `left` as `kept`, a head without them, gives them.
inline InterpolationErrors errorsOf(const HeadMeasurements& all, const HeadMeasurements& kept,
                                    const std::vector<std::size_t>& left)
{
    const Head full(all, {});
    const Head sparse(kept, {});
    const std::size_t bins = full.fftSize() / 2 + 1;
    FftVector<Complex> expected(bins), found(bins);
    InterpolationErrors errors;
    for (const std::size_t i : left) {
        const auto truth = full.blend(all.directions[i]);
        const auto blend = sparse.blend(all.directions[i]);
        const double itd =
            (blend.delaySamples[1] - blend.delaySamples[0]) - (truth.delaySamples[1] - truth.delaySamples[0]);
        errors.itdUs += std::pow(itd / full.rateHz() * 1e6, 2) / static_cast<double>(left.size());
        for (std::size_t ear = 0; ear < 2; ++ear) {
            full.spectrum(truth, ear, expected);
            sparse.spectrum(blend, ear, found);
            double sum = 0.0;
            int count = 0;
            for (std::size_t k = 0; k < bins; ++k) {
                const double hz = static_cast<double>(k) * full.rateHz() / static_cast<double>(full.fftSize());
                if (hz < lowestHz || hz > highestHz)
                    continue;
                sum += std::pow(20.0 * std::log10((std::abs(found[k]) + 1e-9) / (std::abs(expected[k]) + 1e-9)), 2);
                ++count;
            }
            errors.spectralDb += 0.5 * std::sqrt(sum / count) / static_cast<double>(left.size());
        }
    }
    errors.itdUs = std::sqrt(errors.itdUs);
    return errors;
}

inline InterpolationErrors leaveHalfOut(const HeadMeasurements& all)
{
    std::vector<std::size_t> order(all.directions.size());
    std::iota(order.begin(), order.end(), 0U);
    RandomStream(1, "half").shuffle(std::span(order));
    const auto kept = std::span(order).first(order.size() / 2);
    return errorsOf(all, subset(all, kept), {order.begin() + static_cast<std::ptrdiff_t>(kept.size()), order.end()});
}

// A measured head of the catalogue, empty where it is not on this computer.
inline std::filesystem::path headFile(const std::string& id)
{
    const std::filesystem::path shared = std::filesystem::path(BINAURIUM_SOURCE_DIR) / "../shared/hrtf";
    for (const auto& entry : readHeadCatalogue())
        if (entry.id == id)
            return findHeadFile(entry, {shared, shared / "cipic"});
    return {};
}

} // namespace binaurium::test
