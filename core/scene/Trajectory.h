// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Geometry.h"
#include "core/support/Json.h"

#include <string>
#include <utility>
#include <vector>

namespace binaurium {

// Members of an object of a file that this version does not know, in their order; kept on save.
using UnknownMembers = std::vector<std::pair<std::string, Json>>;

// Where an object is and how it is turned.
struct Pose
{
    Vec3 positionM;
    Orientation orientation;
    friend bool operator==(const Pose&, const Pose&) = default;
};

// A pose at a time.
struct Waypoint
{
    double timeS = 0.0; // from the start of the scene
    Vec3 positionM;
    Orientation orientation; // used where Trajectory::turns
    UnknownMembers unknown = {};
    friend bool operator==(const Waypoint&, const Waypoint&) = default;
};

// Linear: constant velocity and turn rate between waypoints. Smooth: a Catmull-Rom spline whose knots are the times, so
// that the velocity has no jumps (Barry and Goldman, SIGGRAPH 1988).
enum class PathInterpolation { Linear, Smooth };

// The way of a source or of the listener through the scene. Without waypoints the object rests where its own position
// says. Before the first waypoint it waits there, after the last it stays. Angles take the shorter arc.
struct Trajectory
{
    PathInterpolation interpolation = PathInterpolation::Linear;
    bool turns = false;              // whether the waypoints also say the orientation; else the object keeps its own
    std::vector<Waypoint> waypoints; // by ascending time
    UnknownMembers unknown = {};

    [[nodiscard]] bool empty() const noexcept { return waypoints.empty(); }
    // Waypoints must not be empty.
    [[nodiscard]] Vec3 positionM(double timeS) const noexcept;
    // Yaw and roll within (-180, 180]. Waypoints must not be empty.
    [[nodiscard]] Orientation orientation(double timeS) const noexcept;

    friend bool operator==(const Trajectory&, const Trajectory&) = default;
};

} // namespace binaurium
