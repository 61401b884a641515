// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/WallFilterBank.h"

#include "core/audio/Vectors.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace binaurium {
namespace {

constexpr std::size_t quantum = LiveRate::quantum;
constexpr float quietestLogGain = -6.9F; // -60 dB: a wall that swallows everything
constexpr double nyquistHz = 0.5 * LiveRate::hz;

// Second-order high shelf without resonance (R. Bristow-Johnson, Audio EQ Cookbook, S = 1): gain 1 at 0 Hz, `ratio` at
// Nyquist, its square root at `frequencyHz`.
struct Shelf
{
    double b0 = 1.0, b1 = 0.0, b2 = 0.0, a1 = 0.0, a2 = 0.0;
    static Shelf of(double ratio, double frequencyHz)
    {
        const double a = std::sqrt(ratio);
        const double w = std::numbers::pi * frequencyHz / nyquistHz;
        const double cosine = std::cos(w);
        const double slope = std::numbers::sqrt2 * std::sqrt(a) * std::sin(w);
        const double a0 = (a + 1.0) - (a - 1.0) * cosine + slope;
        return {a * ((a + 1.0) + (a - 1.0) * cosine + slope) / a0, -2.0 * a * ((a - 1.0) + (a + 1.0) * cosine) / a0,
                a * ((a + 1.0) + (a - 1.0) * cosine - slope) / a0, 2.0 * ((a - 1.0) - (a + 1.0) * cosine) / a0,
                ((a + 1.0) - (a - 1.0) * cosine - slope) / a0};
    }
    [[nodiscard]] std::complex<double> at(double frequencyHz) const
    {
        const auto z = std::polar(1.0, -std::numbers::pi * frequencyHz / nyquistHz);
        return (b0 + z * (b1 + z * b2)) / (1.0 + z * (a1 + z * a2));
    }
};

using Cascade = std::array<Shelf, WallFilters::shelves>;

Cascade cascadeOf(const std::array<double, filterBandCount>& logGains)
{
    Cascade cascade;
    for (std::size_t b = 0; b < cascade.size(); ++b)
        cascade[b] =
            Shelf::of(std::exp(logGains[b + 1] - logGains[b]), std::sqrt(filterBandHz[b] * filterBandHz[b + 1]));
    return cascade;
}

// One group over one quantum. Arrays of eight: gain, [shelf] coefficients b0, b1, b2, a1, a2 and the two states, the
// four past outputs of the walls, six air taps and steps. `out` [sample][lane].
BINAURIUM_VECTOR_CLONES void filterQuantum(std::size_t shelves, const float* in, const float* gain,
                                           const float* coefficients, float* state, float* past, const float* ramps,
                                           float* out) noexcept
{
    // By pointer: vectors as values would pass through functions differently in the two versions.
    const auto at = [](const float* lanes) { return reinterpret_cast<const EightFloats*>(lanes); };
    const auto *c = at(coefficients), *air = at(ramps);
    auto *shelf = reinterpret_cast<EightFloats*>(state), *older = reinterpret_cast<EightFloats*>(past);
    EightFloats s[2 * WallFilters::shelves], p[4], centre = air[0], near = air[1], far = air[2];
    for (std::size_t i = 0; i < 2 * shelves; ++i)
        s[i] = shelf[i];
    for (std::size_t i = 0; i < 4; ++i)
        p[i] = older[i];
    for (std::size_t n = 0; n < quantum; ++n) {
        EightFloats x = *at(gain) * in[n];
        for (std::size_t i = 0; i < shelves; ++i) {
            const EightFloats* k = c + 5 * i;
            const EightFloats y = k[0] * x + s[2 * i];
            s[2 * i] = k[1] * x - k[3] * y + s[2 * i + 1];
            s[2 * i + 1] = k[2] * x - k[4] * y;
            x = y;
        }
        reinterpret_cast<EightFloats*>(out)[n] = centre * p[1] + near * (p[0] + p[2]) + far * (x + p[3]);
        p[3] = p[2];
        p[2] = p[1];
        p[1] = p[0];
        p[0] = x;
        centre += air[3];
        near += air[4];
        far += air[5];
    }
    for (std::size_t i = 0; i < 2 * shelves; ++i)
        shelf[i] = s[i];
    for (std::size_t i = 0; i < 4; ++i)
        older[i] = p[i];
}

} // namespace

WallFilters::WallFilters(std::span<const BandLogGains> filters)
    : count_(filters.size()), groups_((filters.size() + width - 1) / width)
{
    for (std::size_t f = 0; f < filters.size(); ++f)
        design(f, filters[f]);
}

void WallFilters::design(std::size_t filter, const BandLogGains& wanted)
{
    Group& group = groups_[filter / width];
    const std::size_t lane = filter % width;
    std::array<double, filterBandCount> goal{};
    for (std::size_t b = 0; b < goal.size(); ++b)
        goal[b] = std::max(quietestLogGain, wanted[b]);
    const bool flat = std::all_of(goal.begin(), goal.end(), [&](double g) { return g == goal[0]; });
    if (flat) {
        group.gain[lane] = static_cast<float>(std::exp(goal[0]));
        for (auto& shelf : group.shelves)
            shelf.b0[lane] = 1.0F;
        return;
    }
    // Neighbouring shelves overlap: move the design gains until the cascade meets the wanted ones at the band centres;
    // where walls fall too steeply for that, the nearest try stays.
    constexpr int rounds = 60;
    auto design = goal, best = goal;
    double bestError = std::numeric_limits<double>::infinity();
    for (int round = 0; round < rounds; ++round) {
        const Cascade tried = cascadeOf(design);
        const auto now = design;
        double largest = 0.0;
        for (std::size_t b = 0; b < goal.size(); ++b) {
            std::complex<double> h = std::exp(now[0]);
            for (const Shelf& shelf : tried)
                h *= shelf.at(filterBandHz[b]);
            const double error = goal[b] - std::log(std::abs(h));
            largest = std::max(largest, std::abs(error));
            design[b] += 0.5 * error;
        }
        if (largest < bestError) {
            bestError = largest;
            best = now;
        }
    }
    const Cascade cascade = cascadeOf(best);
    group.flat = false;
    group.gain[lane] = static_cast<float>(std::exp(best[0]));
    for (std::size_t s = 0; s < shelves; ++s) {
        group.shelves[s].b0[lane] = static_cast<float>(cascade[s].b0);
        group.shelves[s].b1[lane] = static_cast<float>(cascade[s].b1);
        group.shelves[s].b2[lane] = static_cast<float>(cascade[s].b2);
        group.shelves[s].a1[lane] = static_cast<float>(cascade[s].a1);
        group.shelves[s].a2[lane] = static_cast<float>(cascade[s].a2);
    }
}

double WallFilters::magnitude(std::size_t filter, double frequencyHz) const
{
    const Group& group = groups_[filter / width];
    const std::size_t lane = filter % width;
    std::complex<double> h = group.gain[lane];
    for (std::size_t s = 0; s < shelves; ++s)
        h *= Shelf{group.shelves[s].b0[lane], group.shelves[s].b1[lane], group.shelves[s].b2[lane],
                   group.shelves[s].a1[lane], group.shelves[s].a2[lane]}
                 .at(frequencyHz);
    return std::abs(h);
}

AirTaps AirTaps::of(float logGain8k, float logGain16k) noexcept
{
    // H(w) = 1 - a s - b s^2 with s = sin^2(w / 2), which is 1/4 at 8 and 3/4 at 16 kHz.
    const float low = 1.0F - std::exp(logGain8k);
    const float high = 1.0F - std::exp(logGain16k);
    const float b = (8.0F * high - 24.0F * low) / 3.0F; // from a/4 + b/16 = low, 3a/4 + 9b/16 = high
    const float a = 4.0F * low - 0.25F * b;
    // sin^2 = (2 - z - 1/z) / 4 and its square.
    return {1.0F - 0.5F * a - 0.375F * b, 0.25F * a + 0.25F * b, -0.0625F * b};
}

WallFilterState::WallFilterState(std::shared_ptr<const WallFilters> filters)
    : filters_(std::move(filters)), states_(filters_->groups()), air_(filters_->groups() * WallFilters::width)
{}

void WallFilterState::clear() noexcept
{
    std::fill(states_.begin(), states_.end(), GroupState{});
}

void WallFilterState::process(std::span<const float> in, std::span<const AirTaps> air, std::span<float> out) noexcept
{
    constexpr std::size_t width = WallFilters::width;
    using Lanes = WallFilters::Lanes;
    for (std::size_t g = 0; g < states_.size(); ++g) {
        const auto& group = filters_->groups_[g];
        GroupState& state = states_[g];
        const std::size_t used = std::min(width, filters_->count() - g * width);
        std::array<Lanes, 6> ramps{}; // centre, near and far taps of the air, and their steps
        float interleaved[quantum * width];
        constexpr float share = 1.0F / static_cast<float>(quantum);
        for (std::size_t lane = 0; lane < used; ++lane) {
            const AirTaps& now = air_[g * width + lane];
            const AirTaps& next = air[g * width + lane];
            ramps[0][lane] = now.centre;
            ramps[1][lane] = now.near;
            ramps[2][lane] = now.far;
            ramps[3][lane] = share * (next.centre - now.centre);
            ramps[4][lane] = share * (next.near - now.near);
            ramps[5][lane] = share * (next.far - now.far);
            air_[g * width + lane] = next;
        }
        filterQuantum(group.flat ? 0 : WallFilters::shelves, in.data(), group.gain.data(), group.shelves[0].b0.data(),
                      state.shelves[0].data(), state.past[0].data(), ramps[0].data(), interleaved);
        for (std::size_t lane = 0; lane < used; ++lane)
            for (std::size_t n = 0; n < quantum; ++n)
                out[(g * width + lane) * quantum + n] = interleaved[n * width + lane];
    }
}

} // namespace binaurium
