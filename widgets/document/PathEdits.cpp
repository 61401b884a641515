// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/PathEdits.h"

#include "core/scene/SceneValidation.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/document/SceneCommands.h"

#include <QCoreApplication>
#include <algorithm>

namespace binaurium {
namespace {

struct PathWords
{
    Q_DECLARE_TR_FUNCTIONS(PathEdits)
};

double distanceToLine(const Vec3& p, const Vec3& a, const Vec3& b)
{
    const Vec3 along = b - a;
    const double squared = dot(along, along);
    const double share = squared > 0.0 ? std::clamp(dot(p - a, along) / squared, 0.0, 1.0) : 0.0;
    return length(p - (a + share * along));
}

void keepNeeded(const std::vector<Vec3>& points, std::size_t first, std::size_t last, double tolerance,
                std::vector<bool>& needed)
{
    std::size_t farthest = first;
    double distance = tolerance;
    for (std::size_t i = first + 1; i < last; ++i)
        if (const double d = distanceToLine(points[i], points[first], points[last]); d > distance) {
            distance = d;
            farthest = i;
        }
    if (farthest == first)
        return;
    needed[farthest] = true;
    keepNeeded(points, first, farthest, tolerance, needed);
    keepNeeded(points, farthest, last, tolerance, needed);
}

// Constant speed over the range; places at the same spot are left out, since time has to go on.
void walk(Trajectory& path, const std::vector<Vec3>& places, const TimeRange& range)
{
    std::vector<Vec3> apart;
    for (const Vec3& place : places)
        if (apart.empty() || length(place - apart.back()) > 1e-6)
            apart.push_back(place);
    path.waypoints.clear();
    if (apart.size() < 2)
        return;
    double whole = 0.0;
    for (std::size_t i = 1; i < apart.size(); ++i)
        whole += length(apart[i] - apart[i - 1]);
    double way = 0.0;
    for (std::size_t i = 0; i < apart.size(); ++i) {
        way += i > 0 ? length(apart[i] - apart[i - 1]) : 0.0;
        path.waypoints.push_back({range.startS + way / whole * (range.endS - range.startS), apart[i], {}});
    }
}

} // namespace

std::vector<Vec3> simplifiedPath(const std::vector<Vec3>& points, double toleranceM)
{
    if (points.size() < 3)
        return points;
    std::vector<bool> needed(points.size(), false);
    needed.front() = needed.back() = true;
    keepNeeded(points, 0, points.size() - 1, toleranceM, needed);
    std::vector<Vec3> kept;
    for (std::size_t i = 0; i < points.size(); ++i)
        if (needed[i])
            kept.push_back(points[i]);
    return kept;
}

TimeRange activeRange(const Scene& scene, int object)
{
    if (object == listenerObject)
        return {0.0, scene.durationS};
    const Source& source = scene.sources[static_cast<std::size_t>(object)];
    const double end = source.endS > 0.0 ? std::min(source.endS, scene.durationS) : scene.durationS;
    return {std::min(source.startS, end), end};
}

std::vector<Vec3> placesOf(const Scene& scene, int object)
{
    const Trajectory& path = trajectoryOf(scene, object);
    if (path.empty())
        return {positionOf(scene, object)};
    std::vector<Vec3> places;
    for (const Waypoint& point : path.waypoints)
        places.push_back(point.positionM);
    return places;
}

QString setPath(SceneDocument& document, int object, const std::vector<Vec3>& places, std::uint64_t mergeKey)
{
    if (places.size() > SceneLimits::waypointsMax)
        return PathWords::tr("A path has at most %1 waypoints.").arg(SceneLimits::waypointsMax);
    Scene changed = document.scene();
    std::vector<Vec3> inside;
    for (const Vec3& place : places)
        inside.push_back(insideRoom(changed.room, place));
    Trajectory& path = trajectoryOf(changed, object);
    walk(path, inside, activeRange(document.scene(), object));
    if (!pathStaysInside(changed.room, path))
        path.interpolation = PathInterpolation::Linear;
    if (!inside.empty())
        (object == listenerObject ? changed.listener.positionM : sourceAt(changed, object).positionM) = inside.front();
    const auto what = nameOf(document.scene(), {object});
    return exchangeObjects(document,
                           places.size() < 2 ? PathWords::tr("Remove path of %1").arg(what)
                                             : PathWords::tr("Draw path of %1").arg(what),
                           changed, {object}, mergeKey);
}

bool pathStaysInside(const Room& room, const Trajectory& path)
{
    constexpr int stepsPerSegment = 16; // as the validation of scenes looks at it
    for (std::size_t i = 1; i < path.waypoints.size(); ++i) {
        const double from = path.waypoints[i - 1].timeS;
        const double step = (path.waypoints[i].timeS - from) / stepsPerSegment;
        for (int k = 0; k <= stepsPerSegment; ++k) {
            const Vec3 here = path.positionM(from + k * step);
            if (length(insideRoom(room, here) - here) > 1e-9)
                return false;
        }
    }
    return true;
}

} // namespace binaurium
