// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scene/Trajectory.h"

#include <algorithm>
#include <array>

namespace binaurium {
namespace {

// Weights of the waypoints before, at the start, at the end and after the segment that holds a time; they sum to 1.
struct Segment
{
    std::array<std::size_t, 4> index{};
    std::array<double, 4> weight{};
};

// Cubic Hermite weights at u in 0 .. 1 with the tangents of the Catmull-Rom spline over the times `t` of the four
// waypoints: the slope at a knot is that of the parabola through it and its neighbours, at the ends of the path the
// slope of the only segment there.
std::array<double, 4> splineWeights(const std::array<double, 4>& t, double u)
{
    const double span = t[2] - t[1];
    const double h10 = u * (1.0 - u) * (1.0 - u) * span; // of the slope at the start
    const double h11 = u * u * (u - 1.0) * span;         // of the slope at the end
    const double h01 = u * u * (3.0 - 2.0 * u);
    std::array<double, 4> w{0.0, 1.0 - h01, h01, 0.0};
    const auto addSlope = [&w](double factor, std::size_t from, std::size_t to, double seconds) {
        w[to] += factor / seconds;
        w[from] -= factor / seconds;
    };
    const double before = t[1] - t[0];
    const double after = t[3] - t[2];
    if (before > 0.0) {
        addSlope(h10 * span / (before + span), 0, 1, before);
        addSlope(h10 * before / (before + span), 1, 2, span);
    } else {
        addSlope(h10, 1, 2, span);
    }
    if (after > 0.0) {
        addSlope(h11 * after / (after + span), 1, 2, span);
        addSlope(h11 * span / (after + span), 2, 3, after);
    } else {
        addSlope(h11, 1, 2, span);
    }
    return w;
}

Segment segmentAt(const Trajectory& path, double timeS)
{
    const auto& points = path.waypoints;
    const std::size_t last = points.size() - 1;
    if (!(timeS > points.front().timeS))
        return {{0, 0, 0, 0}, {0, 1, 0, 0}};
    if (timeS >= points.back().timeS)
        return {{last, last, last, last}, {0, 1, 0, 0}};
    const auto next = std::upper_bound(points.begin(), points.end(), timeS,
                                       [](double t, const Waypoint& point) { return t < point.timeS; });
    const auto end = static_cast<std::size_t>(next - points.begin());
    Segment segment;
    segment.index = {end >= 2 ? end - 2 : end - 1, end - 1, end, std::min(end + 1, last)};
    std::array<double, 4> t{};
    for (std::size_t i = 0; i < 4; ++i)
        t[i] = points[segment.index[i]].timeS;
    const double u = (timeS - t[1]) / (t[2] - t[1]);
    segment.weight = path.interpolation == PathInterpolation::Smooth ? splineWeights(t, u)
                                                                     : std::array<double, 4>{0.0, 1.0 - u, u, 0.0};
    return segment;
}

// Blend of angles, each counted from its neighbour in time by the shorter arc.
double blendAngles(const Segment& segment, const std::array<double, 4>& degrees)
{
    std::array<double, 4> a = degrees;
    a[2] = a[1] + wrapDegrees(degrees[2] - degrees[1]);
    a[3] = a[2] + wrapDegrees(degrees[3] - degrees[2]);
    a[0] = a[1] - wrapDegrees(degrees[1] - degrees[0]);
    double sum = a[1]; // the weights sum to 1: differences keep equal angles exact
    for (const std::size_t i : {0U, 2U, 3U})
        sum += segment.weight[i] * (a[i] - a[1]);
    return sum;
}

} // namespace

Vec3 Trajectory::positionM(double timeS) const noexcept
{
    const Segment segment = segmentAt(*this, timeS);
    const Vec3 start = waypoints[segment.index[1]].positionM;
    Vec3 position = start;
    for (const std::size_t i : {0U, 2U, 3U})
        position = position + segment.weight[i] * (waypoints[segment.index[i]].positionM - start);
    return position;
}

Orientation Trajectory::orientation(double timeS) const noexcept
{
    const Segment segment = segmentAt(*this, timeS);
    const auto blend = [&](double Orientation::*angle) {
        std::array<double, 4> values{};
        for (std::size_t i = 0; i < 4; ++i)
            values[i] = waypoints[segment.index[i]].orientation.*angle;
        return blendAngles(segment, values);
    };
    return {wrapDegrees(blend(&Orientation::yawDeg)), std::clamp(blend(&Orientation::pitchDeg), -90.0, 90.0),
            wrapDegrees(blend(&Orientation::rollDeg))};
}

} // namespace binaurium
