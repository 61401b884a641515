// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/canvas/CanvasOptions.h"

#include "core/scene/Scene.h"

#include <cmath>

namespace binaurium {
namespace {

double rounded(double value, double step)
{
    return std::round(value / step) * step;
}

} // namespace

void CanvasOptions::setGrid(const GridOptions& grid)
{
    if (grid == grid_)
        return;
    grid_ = grid;
    emit changed();
}

void CanvasOptions::setHeard(std::optional<Localization> heard)
{
    heard_ = std::move(heard);
    emit changed();
}

void CanvasOptions::setPlayedS(std::optional<double> timeS)
{
    if (timeS == playedS_)
        return;
    playedS_ = timeS;
    emit changed();
}

void CanvasOptions::setMissingFiles(std::set<std::string> files)
{
    if (files == missingFiles_)
        return;
    missingFiles_ = std::move(files);
    emit changed();
}

Vec3 CanvasOptions::snapped(const Vec3& p, Plane plane, const Listener& listener, bool fine) const
{
    const double step = fine ? 0.1 * grid_.stepM : grid_.stepM;
    if (!grid_.polar || plane != Plane::Plan)
        return inPlane(plane, p, rounded(acrossM(plane, p), step), rounded(upM(plane, p), step));
    const Vec3 offset = p - listener.positionM;
    const double azimuth =
        rounded(degrees(std::atan2(offset.y, offset.x)) - listener.orientation.yawDeg, fine ? 1.0 : azimuthStepDeg);
    const double angle = radians(azimuth + listener.orientation.yawDeg);
    const double distance = std::max(step, rounded(std::hypot(offset.x, offset.y), step));
    return {listener.positionM.x + distance * std::cos(angle), listener.positionM.y + distance * std::sin(angle), p.z};
}

} // namespace binaurium
