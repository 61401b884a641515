// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/live/LiveOptions.h"
#include "core/audio/MinimumPhase.h"

#include <array>
#include <memory>
#include <span>
#include <vector>

namespace binaurium {

// The wall filters of all reflections of a room as parallel cascades of shelves, one shelf between each two
// octave bands, eight filters side by side so that the compiler computes them in vector registers. The gains at the
// band centres are exact; minimum phase as offline. Immutable, shared by all sources.
class WallFilters
{
public:
    static constexpr std::size_t width = 8;                     // filters computed side by side
    static constexpr std::size_t shelves = filterBandCount - 1; // per filter

    // ln gain per band of each filter. All bands equal 0: the signal itself.
    explicit WallFilters(std::span<const BandLogGains> filters);
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] std::size_t groups() const noexcept { return groups_.size(); }
    // Magnitude of one filter at a frequency.
    [[nodiscard]] double magnitude(std::size_t filter, double frequencyHz) const;

private:
    friend class WallFilterState;
    using Lanes = std::array<float, width>;
    struct Group
    {
        Lanes gain{};
        struct Coefficients
        {
            Lanes b0{}, b1{}, b2{}, a1{}, a2{};
        };
        std::array<Coefficients, filterBandCount - 1> shelves{};
        bool flat = true; // gains only
    };
    void design(std::size_t filter, const BandLogGains& logGains);

    std::size_t count_;
    std::vector<Group> groups_;
};

// Loss of high frequencies in air over a distance: a symmetric filter of five taps (so without phase of its own, as
// offline) that is exact at 8 and 16 kHz.
struct AirTaps
{
    float centre = 1.0F, near = 0.0F, far = 0.0F;
    // ln gain at 8 kHz and at 16 kHz, <= 0.
    [[nodiscard]] static AirTaps of(float logGain8k, float logGain16k) noexcept;
    static constexpr std::size_t delaySamples = 2;
};

// State of the filters of one source.
class WallFilterState
{
public:
    explicit WallFilterState(std::shared_ptr<const WallFilters> filters);
    void clear() noexcept;
    // One quantum through every filter; air is applied as well, its taps ramping from the last quantum's. `out[f]` gets
    // a quantum per filter, AirTaps::delaySamples late.
    void process(std::span<const float> in, std::span<const AirTaps> air, std::span<float> out) noexcept;

private:
    std::shared_ptr<const WallFilters> filters_;
    struct GroupState
    {
        std::array<WallFilters::Lanes, 2 * WallFilters::shelves> shelves{};
        std::array<WallFilters::Lanes, 4> past{}; // outputs of the walls, newest first
    };
    std::vector<GroupState> states_;
    std::vector<AirTaps> air_; // of the last quantum
};

} // namespace binaurium
