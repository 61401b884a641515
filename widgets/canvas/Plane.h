// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Geometry.h"

namespace binaurium {

// From where a view looks at the room: from above (x to the right, y up), from the side y = 0 (x, z) or from the side
// x = length (y, z).
enum class Plane { Plan, Front, Side };

[[nodiscard]] constexpr double acrossM(Plane plane, const Vec3& p)
{
    return plane == Plane::Side ? p.y : p.x;
}

[[nodiscard]] constexpr double upM(Plane plane, const Vec3& p)
{
    return plane == Plane::Plan ? p.y : p.z;
}

// `p` with the two coordinates that the view shows replaced.
[[nodiscard]] constexpr Vec3 inPlane(Plane plane, const Vec3& p, double across, double up)
{
    switch (plane) {
    case Plane::Plan:
        return {across, up, p.z};
    case Plane::Front:
        return {across, p.y, up};
    case Plane::Side:
        break;
    }
    return {p.x, across, up};
}

} // namespace binaurium
