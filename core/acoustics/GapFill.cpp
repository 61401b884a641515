// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/GapFill.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr double gapDeg = 12.0;
constexpr int candidates = 2000;       // about 4.5 degrees apart
constexpr double neighbourReach = 1.5; // times the distance of the nearest measured direction
constexpr double weightPower = 4.0;    // of inverse distance

// Fibonacci sphere.
Vec3 candidate(int i)
{
    const double z = 1.0 - (2.0 * i + 1.0) / candidates;
    const double turn = i * std::numbers::pi * (3.0 - std::sqrt(5.0));
    const double r = std::sqrt(1.0 - z * z);
    return {r * std::cos(turn), r * std::sin(turn), z};
}

bool anyWithin(std::span<const Vec3> directions, const Vec3& d, double cosine)
{
    return std::any_of(directions.begin(), directions.end(), [&](const Vec3& other) { return dot(other, d) > cosine; });
}

// When a plane wave from `direction` reaches an ear at +-y on a sphere, in radii over the speed of sound, relative to
// the centre: straight on the near side, around the sphere in the shadow (Woodworth and Schlosberg 1954).
double sphereArrival(const Vec3& direction, double earSide)
{
    const double cosine = std::clamp(earSide * direction.y, -1.0, 1.0);
    return cosine >= 0.0 ? -cosine : std::acos(cosine) - 0.5 * std::numbers::pi;
}

} // namespace

GapFill::GapFill(std::span<const Vec3> measured) : measured_(measured.begin(), measured.end())
{
    const double cosine = std::cos(radians(gapDeg));
    for (int i = 0; i < candidates; ++i) {
        const Vec3 d = candidate(i);
        if (anyWithin(measured_, d, cosine) || anyWithin(directions_, d, cosine))
            continue;
        directions_.push_back(d);
        neighbours_.push_back(neighboursOf(d));
    }
}

std::vector<GapFill::Neighbour> GapFill::neighboursOf(const Vec3& direction) const
{
    const auto angle = [&](const Vec3& other) { return std::acos(std::clamp(dot(other, direction), -1.0, 1.0)); };
    double nearest = std::numbers::pi;
    for (const Vec3& other : measured_)
        nearest = std::min(nearest, angle(other));
    std::vector<Neighbour> neighbours;
    double sum = 0.0;
    for (std::size_t i = 0; i < measured_.size(); ++i) {
        const double distance = angle(measured_[i]);
        if (distance > neighbourReach * nearest)
            continue;
        neighbours.push_back({i, std::pow(distance, -weightPower)});
        sum += neighbours.back().weight;
    }
    for (Neighbour& n : neighbours)
        n.weight /= sum;
    return neighbours;
}

std::vector<double> GapFill::delays(std::span<const double> measured, double earSide) const
{
    // Least squares of measured = offset + scale * arrival at the sphere.
    double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        const double arrival = sphereArrival(measured_[i], earSide);
        n += 1.0;
        x += arrival;
        y += measured[i];
        xx += arrival * arrival;
        xy += arrival * measured[i];
    }
    const double scale = (n * xy - x * y) / std::max(n * xx - x * x, 1e-12);
    const double offset = (y - scale * x) / n;
    const auto model = [&](const Vec3& d) { return offset + scale * sphereArrival(d, earSide); };
    std::vector<double> result;
    for (std::size_t g = 0; g < directions_.size(); ++g) {
        double delay = model(directions_[g]);
        for (const Neighbour& neighbour : neighbours_[g])
            delay += neighbour.weight * (measured[neighbour.index] - model(measured_[neighbour.index]));
        result.push_back(delay);
    }
    return result;
}

void GapFill::spectrum(std::size_t gap, std::span<const Complex> measured, std::span<Complex> out) const
{
    std::vector<double> power(out.size());
    std::fill(out.begin(), out.end(), Complex{});
    for (const Neighbour& neighbour : neighbours_[gap]) {
        const auto spectrum = measured.subspan(neighbour.index * out.size(), out.size());
        for (std::size_t k = 0; k < out.size(); ++k) {
            power[k] += neighbour.weight * static_cast<double>(std::norm(spectrum[k]));
            out[k] += static_cast<float>(neighbour.weight) * spectrum[k];
        }
    }
    for (std::size_t k = 0; k < out.size(); ++k)
        out[k] *= static_cast<float>(std::sqrt(power[k]) / (static_cast<double>(std::abs(out[k])) + 1e-20));
}

} // namespace binaurium
