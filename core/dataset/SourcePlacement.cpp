// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/SourcePlacement.h"

#include "core/dataset/SceneFacts.h"
#include "core/scene/SceneValidation.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr int placementTries = 200;
constexpr int wayTries = 20;
constexpr int wayPoints = 9;

bool inside(const Vec3& p, const Vec3& size)
{
    constexpr double margin = SceneLimits::wallMarginM + 0.05;
    return p.x >= margin && p.x <= size.x - margin && p.y >= margin && p.y <= size.y - margin && p.z >= margin &&
           p.z <= size.z - margin;
}

} // namespace

double drawLog(RandomStream& random, const Range& range)
{
    return std::exp(random.uniform(std::log(range.low), std::log(range.high)));
}

bool SourcePlacement::place(Source& source)
{
    for (int t = 0; t < placementTries; ++t) {
        const auto c = candidate(scene_.sources.size());
        if (!c)
            continue;
        source.positionM = positionOf(*c);
        if (inside(source.positionM, scene_.room.sizeM) && isFree(c->direction))
            return true;
    }
    return false;
}

std::optional<SourcePlacement::Candidate> SourcePlacement::candidate(std::size_t index)
{
    if (measured_ != nullptr) {
        const auto& positions = measured_->positions;
        const RelativePosition& p = positions[random_.below(positions.size())];
        return Candidate{p.direction, p.distanceM};
    }
    if (wish_.inTheWay && index == 1)
        return besideTheWay();
    Candidate c;
    c.direction.azimuthDeg = random_.uniform(-180.0, 180.0);
    c.direction.elevationDeg = wish_.high ? elevation() : draw(random_, options_.elevationDeg);
    // Fewer directions near the poles, as on a sphere.
    if (!random_.chance(std::cos(radians(c.direction.elevationDeg))))
        return std::nullopt;
    c.distanceM = drawLog(random_, options_.distanceM);
    if (wish_.inTheWay)
        c.distanceM = std::max(c.distanceM, 2.0);
    if (wish_.opposite && index == 1) {
        const double first = relativePosition(scene_.listener, scene_.sources[0].positionM).direction.azimuthDeg;
        c.direction.azimuthDeg = std::copysign(c.direction.azimuthDeg, -first);
    }
    if (wish_.apart && index > 0) {
        // Clearly nearer or farther than the first one, whichever the range allows.
        const double first = length(scene_.sources[0].positionM - scene_.listener.positionM);
        const double factor = margins::distanceRatio * random_.uniform(1.05, 2.0);
        c.distanceM = random_.chance(0.5) ? first * factor : first / factor;
        if (c.distanceM < options_.distanceM.low || c.distanceM > options_.distanceM.high)
            return std::nullopt;
    }
    return c;
}

// Above, level or below, a third each, within the recipe's range.
double SourcePlacement::elevation()
{
    const Range& range = options_.elevationDeg;
    switch (random_.below(3)) {
    case 0:
        return random_.uniform(-margins::levelElevationDeg, margins::levelElevationDeg);
    case 1:
        return random_.uniform(std::min(margins::highElevationDeg, range.high), range.high);
    default:
        return random_.uniform(range.low, std::max(-margins::highElevationDeg, range.low));
    }
}

SourcePlacement::Candidate SourcePlacement::besideTheWay()
{
    const Vec3 goal = rotation_.toHead(scene_.sources[0].positionM - scene_.listener.positionM);
    const double along = random_.uniform(0.3, 0.75);
    const double across = random_.uniform(0.35, 1.3) * (random_.chance(0.5) ? 1.0 : -1.0);
    const double lengthM = std::max(1e-3, std::hypot(goal.x, goal.y));
    const Vec3 p{along * goal.x - across * goal.y / lengthM, along * goal.y + across * goal.x / lengthM,
                 goal.z * along};
    return {directionOf(p), length(p)};
}

bool SourcePlacement::isFree(const Direction& direction) const
{
    return std::all_of(scene_.sources.begin(), scene_.sources.end(), [&](const Source& other) {
        return angleBetweenDeg(direction, relativePosition(scene_.listener, other.positionM).direction) >=
               options_.minimumSeparationDeg;
    });
}

Vec3 SourcePlacement::positionOf(const Candidate& c) const
{
    return scene_.listener.positionM + c.distanceM * rotation_.toRoom(unitVector(c.direction));
}

bool SourcePlacement::fits(const Trajectory& way) const
{
    return std::all_of(way.waypoints.begin(), way.waypoints.end(),
                       [&](const Waypoint& w) { return inside(w.positionM, scene_.room.sizeM); });
}

void SourcePlacement::move(Source& source)
{
    const auto start = relativePosition(scene_.listener, source.positionM);
    const double endS = source.endS > 0.0 ? source.endS : scene_.durationS;
    for (int t = 0; t < wayTries; ++t) {
        const bool turns = random_.chance(0.5);
        const double sign = random_.chance(0.5) ? 1.0 : -1.0;
        const double turnDeg = turns ? sign * random_.uniform(margins::motionDeg * 1.2, 120.0) : 0.0;
        const double ratio = turns ? 1.0 : std::pow(random_.uniform(margins::motionRatio * 1.1, 4.0), sign);
        Trajectory way;
        for (int i = 0; i < wayPoints; ++i) {
            const double share = static_cast<double>(i) / (wayPoints - 1);
            const Candidate c{{wrapDegrees(start.direction.azimuthDeg + share * turnDeg), start.direction.elevationDeg},
                              start.distanceM * (1.0 + share * (ratio - 1.0))};
            way.waypoints.push_back({source.startS + share * (endS - source.startS), positionOf(c), {}});
        }
        const double endM = start.distanceM * ratio;
        if (fits(way) && endM >= options_.distanceM.low && endM <= options_.distanceM.high) {
            source.trajectory = std::move(way);
            return;
        }
    }
}

} // namespace binaurium
