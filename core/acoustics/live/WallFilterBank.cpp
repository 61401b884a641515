// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/WallFilterBank.h"

#include "core/acoustics/live/Vectors.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace binaurium {
namespace {

constexpr std::size_t quantum = LiveRate::quantum;
constexpr float quietestLogGain = -6.9F; // -60 dB: a wall that swallows everything
constexpr double nyquistHz = 0.5 * LiveRate::hz;

struct Shelf
{
    double b0 = 1.0, b1 = 0.0, a1 = 0.0;
    // Gain 1 at 0 Hz, `ratio` at Nyquist, its square root at `frequencyHz` (bilinear transform of (r s + w q) / (s + w
    // q) with q = sqrt r).
    static Shelf of(double ratio, double frequencyHz)
    {
        const double w = std::tan(0.5 * std::numbers::pi * frequencyHz / nyquistHz) * std::sqrt(ratio);
        return {(ratio + w) / (1.0 + w), (w - ratio) / (1.0 + w), (w - 1.0) / (1.0 + w)};
    }
    [[nodiscard]] std::complex<double> at(double frequencyHz) const
    {
        const auto z = std::polar(1.0, -std::numbers::pi * frequencyHz / nyquistHz);
        return (b0 + b1 * z) / (1.0 + a1 * z);
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

// One group over one quantum. Arrays of eight: gain, [shelf] b0, b1, a1 and state, the four past outputs of the walls,
// six air taps and steps. `out` [sample][lane].
BINAURIUM_VECTOR_CLONES void filterQuantum(std::size_t shelves, const float* in, const float* gain, const float* b0,
                                           const float* b1, const float* a1, float* state, float* past,
                                           const float* ramps, float* out) noexcept
{
    // By pointer: vectors as values would pass through functions differently in the two versions.
    const auto at = [](const float* lanes) { return reinterpret_cast<const EightFloats*>(lanes); };
    const auto *zero = at(b0), *one = at(b1), *pole = at(a1), *air = at(ramps);
    auto *shelf = reinterpret_cast<EightFloats*>(state), *older = reinterpret_cast<EightFloats*>(past);
    EightFloats s[WallFilters::shelves], p[4], centre = air[0], near = air[1], far = air[2];
    for (std::size_t i = 0; i < shelves; ++i)
        s[i] = shelf[i];
    for (std::size_t i = 0; i < 4; ++i)
        p[i] = older[i];
    for (std::size_t n = 0; n < quantum; ++n) {
        EightFloats x = *at(gain) * in[n];
        for (std::size_t i = 0; i < shelves; ++i) {
            const EightFloats y = zero[i] * x + s[i];
            s[i] = one[i] * x - pole[i] * y;
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
    for (std::size_t i = 0; i < shelves; ++i)
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
        for (auto& b0 : group.b0)
            b0[lane] = 1.0F;
        return;
    }
    // Neighbouring shelves overlap: move the design gains until the cascade meets the wanted ones at the band centres.
    constexpr int rounds = 40;
    auto design = goal;
    Cascade cascade;
    for (int round = 0; round < rounds; ++round) {
        cascade = cascadeOf(design);
        for (std::size_t b = 0; b < goal.size(); ++b) {
            std::complex<double> h = std::exp(design[0]);
            for (const Shelf& shelf : cascade)
                h *= shelf.at(filterBandHz[b]);
            design[b] += 0.7 * (goal[b] - std::log(std::abs(h)));
        }
    }
    cascade = cascadeOf(design);
    group.flat = false;
    group.gain[lane] = static_cast<float>(std::exp(design[0]));
    for (std::size_t s = 0; s < shelves; ++s) {
        group.b0[s][lane] = static_cast<float>(cascade[s].b0);
        group.b1[s][lane] = static_cast<float>(cascade[s].b1);
        group.a1[s][lane] = static_cast<float>(cascade[s].a1);
    }
}

double WallFilters::magnitude(std::size_t filter, double frequencyHz) const
{
    const Group& group = groups_[filter / width];
    const std::size_t lane = filter % width;
    std::complex<double> h = group.gain[lane];
    for (std::size_t s = 0; s < shelves; ++s)
        h *= Shelf{group.b0[s][lane], group.b1[s][lane], group.a1[s][lane]}.at(frequencyHz);
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
        filterQuantum(group.flat ? 0 : WallFilters::shelves, in.data(), group.gain.data(), group.b0[0].data(),
                      group.b1[0].data(), group.a1[0].data(), state.shelf[0].data(), state.past[0].data(),
                      ramps[0].data(), interleaved);
        for (std::size_t lane = 0; lane < used; ++lane)
            for (std::size_t n = 0; n < quantum; ++n)
                out[(g * width + lane) * quantum + n] = interleaved[n * width + lane];
    }
}

} // namespace binaurium
