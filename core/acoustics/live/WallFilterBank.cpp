// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/WallFilterBank.h"

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
        GroupState state = states_[g]; // in registers or at least not aliased
        const std::size_t used = std::min(width, filters_->count() - g * width);
        Lanes centre{}, near{}, far{}, centreStep{}, nearStep{}, farStep{};
        constexpr float share = 1.0F / static_cast<float>(quantum);
        for (std::size_t lane = 0; lane < used; ++lane) {
            const AirTaps& now = air_[g * width + lane];
            const AirTaps& next = air[g * width + lane];
            centre[lane] = now.centre;
            near[lane] = now.near;
            far[lane] = now.far;
            centreStep[lane] = share * (next.centre - now.centre);
            nearStep[lane] = share * (next.near - now.near);
            farStep[lane] = share * (next.far - now.far);
            air_[g * width + lane] = next;
        }
        for (std::size_t n = 0; n < quantum; ++n) {
            Lanes x;
            for (std::size_t lane = 0; lane < width; ++lane)
                x[lane] = group.gain[lane] * in[n];
            if (!group.flat)
                for (std::size_t s = 0; s < WallFilters::shelves; ++s)
                    for (std::size_t lane = 0; lane < width; ++lane) {
                        const float y = group.b0[s][lane] * x[lane] + state.shelf[s][lane];
                        state.shelf[s][lane] = group.b1[s][lane] * x[lane] - group.a1[s][lane] * y;
                        x[lane] = y;
                    }
            Lanes y;
            for (std::size_t lane = 0; lane < width; ++lane) {
                y[lane] = centre[lane] * state.past[1][lane] +
                          near[lane] * (state.past[0][lane] + state.past[2][lane]) +
                          far[lane] * (x[lane] + state.past[3][lane]);
                centre[lane] += centreStep[lane];
                near[lane] += nearStep[lane];
                far[lane] += farStep[lane];
            }
            state.past[3] = state.past[2];
            state.past[2] = state.past[1];
            state.past[1] = state.past[0];
            state.past[0] = x;
            for (std::size_t lane = 0; lane < used; ++lane)
                out[(g * width + lane) * quantum + n] = y[lane];
        }
        states_[g] = state;
    }
}

} // namespace binaurium
