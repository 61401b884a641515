// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/Fft.h"
#include "core/scene/Scene.h"

#include <cmath>
#include <numbers>
#include <span>
#include <vector>

// Sounds and paths for checks of moving sources.
namespace binaurium::test {

inline constexpr double rateHz = 48000.0;
inline constexpr double toneHz = 1000.0;
inline constexpr double frameS = 0.1;

inline std::vector<float> tone(double seconds)
{
    std::vector<float> x(static_cast<std::size_t>(seconds * rateHz));
    for (std::size_t n = 0; n < x.size(); ++n)
        x[n] = static_cast<float>(
            std::sin(2.0 * std::numbers::pi * std::fmod(toneHz * static_cast<double>(n) / rateHz, 1.0)));
    return x;
}

inline Room anechoicRoom()
{
    Room room;
    room.sizeM = {10, 10, 10};
    room.anechoic = true;
    return room;
}

// A circle of `radiusM` around (5, 5, 5), `turnsPerS`, as a smooth path with 72 waypoints a turn, for a little longer.
inline Trajectory circle(double radiusM, double turnsPerS, double seconds)
{
    Trajectory path;
    path.interpolation = PathInterpolation::Smooth;
    constexpr int perTurn = 72;
    const int count = static_cast<int>((seconds + 1.0) * turnsPerS * perTurn) + 4;
    for (int i = 0; i < count; ++i) {
        const double turn = 2.0 * std::numbers::pi * i / perTurn;
        path.waypoints.push_back(
            {i / (perTurn * turnsPerS), {5 + radiusM * std::cos(turn), 5 + radiusM * std::sin(turn), 5}, {}});
    }
    return path;
}

// The head turns where it is, one waypoint every third of a turn.
inline Trajectory spinning(double turnsPerS, double seconds)
{
    Trajectory path;
    path.turns = true;
    const int count = static_cast<int>((seconds + 1.0) * turnsPerS * 3.0) + 4;
    for (int i = 0; i < count; ++i)
        path.waypoints.push_back({i / (3.0 * turnsPerS), {5, 5, 5}, {wrapDegrees(120.0 * i), 0, 0}});
    return path;
}

// Largest spectral line farther than `bandHz` from the tone, in dB of the tone's own; four-term Blackman-Harris window.
inline double largestLineOutsideDb(std::span<const float> x, double bandHz)
{
    const std::size_t size = powerOfTwoAtLeast(x.size());
    FftVector<float> time(size);
    FftVector<Complex> spectrum(size / 2 + 1);
    for (std::size_t n = 0; n < x.size(); ++n) {
        const double p = 2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(x.size());
        time[n] = static_cast<float>(
            x[n] * (0.35875 - 0.48829 * std::cos(p) + 0.14128 * std::cos(2 * p) - 0.01168 * std::cos(3 * p)));
    }
    Fft::ofSize(size)->forward(time, spectrum);
    double inside = 0.0, outside = 0.0;
    for (std::size_t k = 1; k < spectrum.size(); ++k) {
        const double hz = static_cast<double>(k) * rateHz / static_cast<double>(size);
        auto& largest = std::abs(hz - toneHz) <= bandHz ? inside : outside;
        largest = std::max(largest, static_cast<double>(std::norm(spectrum[k])));
    }
    return 10.0 * std::log10(outside / inside);
}

} // namespace binaurium::test
