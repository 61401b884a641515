// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scene/Scene.h"

namespace binaurium {
namespace {

Pose poseOnPath(const Vec3& restingM, const Orientation& resting, const Trajectory& path, double timeS) noexcept
{
    if (path.empty())
        return {restingM, resting};
    return {path.positionM(timeS), path.turns ? path.orientation(timeS) : resting};
}

} // namespace

Pose poseAt(const Source& source, double timeS) noexcept
{
    return poseOnPath(source.positionM, source.orientation, source.trajectory, timeS);
}

Pose poseAt(const Listener& listener, double timeS) noexcept
{
    return poseOnPath(listener.positionM, listener.orientation, listener.trajectory, timeS);
}

Scene sceneAt(Scene scene, double timeS)
{
    const auto rest = [&](auto& object) {
        const Pose pose = poseAt(object, timeS);
        object.positionM = pose.positionM;
        object.orientation = pose.orientation;
        object.trajectory = {};
    };
    rest(scene.listener);
    for (Source& source : scene.sources)
        rest(source);
    return scene;
}

RelativePosition relativePosition(const Pose& listener, const Vec3& positionM)
{
    const Vec3 offset = positionM - listener.positionM;
    return {directionOf(HeadRotation(listener.orientation).toHead(offset)), length(offset)};
}

RelativePosition relativePosition(const Listener& listener, const Vec3& positionM)
{
    return relativePosition(Pose{listener.positionM, listener.orientation}, positionM);
}

} // namespace binaurium
