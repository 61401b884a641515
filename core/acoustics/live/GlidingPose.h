// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Trajectory.h"

namespace binaurium {

// A pose that follows another one in equal steps, so that a hand's jerks become short flights.
class GlidingPose
{
public:
    explicit GlidingPose(const Pose& pose) : now_(pose), goal_(pose) {}

    // Starts towards `goal`, which is reached after `steps` >= 1 calls of step().
    void aim(const Pose& goal, int steps) noexcept
    {
        goal_ = goal;
        left_ = steps;
    }
    void jump(const Pose& goal) noexcept
    {
        now_ = goal_ = goal;
        left_ = 0;
    }
    const Pose& step() noexcept
    {
        if (left_ <= 0)
            return now_;
        const double share = 1.0 / left_--;
        now_.positionM = now_.positionM + share * (goal_.positionM - now_.positionM);
        auto& o = now_.orientation;
        o.yawDeg = wrapDegrees(o.yawDeg + share * wrapDegrees(goal_.orientation.yawDeg - o.yawDeg));
        o.pitchDeg += share * (goal_.orientation.pitchDeg - o.pitchDeg);
        o.rollDeg = wrapDegrees(o.rollDeg + share * wrapDegrees(goal_.orientation.rollDeg - o.rollDeg));
        if (left_ == 0)
            now_ = goal_;
        return now_;
    }
    [[nodiscard]] const Pose& now() const noexcept { return now_; }

private:
    Pose now_;
    Pose goal_;
    int left_ = 0;
};

} // namespace binaurium
