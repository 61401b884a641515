// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

namespace binaurium {

// Metres in the room frame: right-handed, origin in a floor corner, x length, y width, z up.
struct Vec3
{
    double x = 0.0;
    double y = 0.0;
    double z = 0.0;
    friend bool operator==(const Vec3&, const Vec3&) = default;
};

[[nodiscard]] constexpr Vec3 operator+(const Vec3& a, const Vec3& b)
{
    return {a.x + b.x, a.y + b.y, a.z + b.z};
}
[[nodiscard]] constexpr Vec3 operator-(const Vec3& a, const Vec3& b)
{
    return {a.x - b.x, a.y - b.y, a.z - b.z};
}
[[nodiscard]] constexpr Vec3 operator*(double s, const Vec3& v)
{
    return {s * v.x, s * v.y, s * v.z};
}
[[nodiscard]] constexpr double dot(const Vec3& a, const Vec3& b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}
[[nodiscard]] constexpr Vec3 cross(const Vec3& a, const Vec3& b)
{
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
[[nodiscard]] double length(const Vec3& v);

// Head orientation in degrees. Yaw 0 looks along +x, positive to the left (counter-clockwise seen from above); pitch
// positive looks up; roll positive tilts the right ear down. Applied roll, then pitch, then yaw.
struct Orientation
{
    double yawDeg = 0.0;
    double pitchDeg = 0.0;
    double rollDeg = 0.0;
    friend bool operator==(const Orientation&, const Orientation&) = default;
};

// Direction relative to a head: azimuth 0 front, +90 left, in (-180, 180]; elevation up positive (SOFA, DCASE).
struct Direction
{
    double azimuthDeg = 0.0;
    double elevationDeg = 0.0;
    friend bool operator==(const Direction&, const Direction&) = default;
};

[[nodiscard]] double degrees(double radians);
[[nodiscard]] double radians(double degrees);
// Into (-180, 180].
[[nodiscard]] double wrapDegrees(double degrees);
// Smallest absolute difference of two azimuths, 0 .. 180.
[[nodiscard]] double azimuthDifferenceDeg(double a, double b);
// Mirrors an azimuth behind the ears to the front: 150 -> 30.
[[nodiscard]] double foldedAzimuthDeg(double azimuthDeg);
// Great-circle angle between two directions, 0 .. 180.
[[nodiscard]] double angleBetweenDeg(const Direction& a, const Direction& b);

// Unit vector in the head frame (x front, y left, z up).
[[nodiscard]] Vec3 unitVector(const Direction& direction);
[[nodiscard]] Direction directionOf(const Vec3& headFrameVector);

// Interaural-polar coordinates: lateral angle -90 (right) .. 90 (left) from the median plane, polar angle around the
// interaural axis, 0 front, 90 above, 180 behind, in (-180, 180].
struct PolarDirection
{
    double lateralDeg = 0.0;
    double polarDeg = 0.0;
};
[[nodiscard]] PolarDirection polarDirection(const Direction& direction);

// Rotation from the room frame into the head frame; rows are the head's axes.
class HeadRotation
{
public:
    explicit HeadRotation(const Orientation& orientation = {});
    [[nodiscard]] Vec3 toHead(const Vec3& roomVector) const;
    [[nodiscard]] Vec3 toRoom(const Vec3& headVector) const;

private:
    std::array<Vec3, 3> axes_;
};

} // namespace binaurium
