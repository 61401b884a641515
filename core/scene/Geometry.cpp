// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scene/Geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace binaurium {

double length(const Vec3& v)
{
    return std::sqrt(dot(v, v));
}

double degrees(double radians)
{
    return radians * 180.0 / std::numbers::pi;
}

double radians(double degrees)
{
    return degrees * std::numbers::pi / 180.0;
}

double wrapDegrees(double degrees)
{
    const double wrapped = std::remainder(degrees, 360.0); // [-180, 180]
    return wrapped <= -180.0 ? wrapped + 360.0 : wrapped;
}

double azimuthDifferenceDeg(double a, double b)
{
    return std::abs(wrapDegrees(a - b));
}

double foldedAzimuthDeg(double azimuthDeg)
{
    return std::abs(azimuthDeg) <= 90.0 ? azimuthDeg : std::copysign(180.0 - std::abs(azimuthDeg), azimuthDeg);
}

double angleBetweenDeg(const Direction& a, const Direction& b)
{
    const Vec3 u = unitVector(a);
    const Vec3 v = unitVector(b);
    return degrees(std::atan2(length(cross(u, v)), dot(u, v))); // exact also for nearly equal directions
}

Vec3 unitVector(const Direction& direction)
{
    const double azimuth = radians(direction.azimuthDeg);
    const double elevation = radians(direction.elevationDeg);
    return {std::cos(elevation) * std::cos(azimuth), std::cos(elevation) * std::sin(azimuth), std::sin(elevation)};
}

Direction directionOf(const Vec3& v)
{
    const double horizontal = std::hypot(v.x, v.y);
    return {wrapDegrees(degrees(std::atan2(v.y, v.x))), degrees(std::atan2(v.z, horizontal))};
}

PolarDirection polarDirection(const Direction& direction)
{
    const Vec3 v = unitVector(direction);
    return {degrees(std::asin(std::clamp(v.y, -1.0, 1.0))), degrees(std::atan2(v.z, v.x))};
}

HeadRotation::HeadRotation(const Orientation& orientation)
{
    const double yaw = radians(orientation.yawDeg);
    const double pitch = radians(orientation.pitchDeg);
    const double roll = radians(orientation.rollDeg);
    const double cy = std::cos(yaw), sy = std::sin(yaw);
    const double cp = std::cos(pitch), sp = std::sin(pitch);
    const double cr = std::cos(roll), sr = std::sin(roll);
    const Vec3 front{cy * cp, sy * cp, sp};
    const Vec3 left0{-sy, cy, 0.0};
    const Vec3 up0{-cy * sp, -sy * sp, cp};
    axes_ = {front, cr * left0 + sr * up0, cr * up0 - sr * left0};
}

Vec3 HeadRotation::toHead(const Vec3& v) const
{
    return {dot(axes_[0], v), dot(axes_[1], v), dot(axes_[2], v)};
}

Vec3 HeadRotation::toRoom(const Vec3& v) const
{
    return v.x * axes_[0] + v.y * axes_[1] + v.z * axes_[2];
}

} // namespace binaurium
