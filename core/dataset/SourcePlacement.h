// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/SceneSampler.h"

namespace binaurium {

[[nodiscard]] inline double draw(RandomStream& random, const Range& range)
{
    return random.uniform(range.low, range.high);
}
// Uniform in the logarithm.
[[nodiscard]] double drawLog(RandomStream& random, const Range& range);

// Finds places and ways for the sources of one scene, one after the other: inside the room, apart from each other, as a
// wish wants them. Refers to scene, options and stream.
class SourcePlacement
{
public:
    SourcePlacement(const Scene& scene, const SamplerOptions& options, const SceneWish& wish, RandomStream& random,
                    const MeasuredPlace* place = nullptr)
        : scene_(scene), options_(options), wish_(wish), random_(random), rotation_(scene.listener.orientation),
          measured_(place)
    {}

    // Sets the position; false when nothing was found.
    [[nodiscard]] bool place(Source& source);
    // Gives a placed source a way around the listener, or towards or away from it, over the time in which it sounds;
    // leaves it still when the room is too small for either.
    void move(Source& source);

private:
    struct Candidate
    {
        Direction direction;
        double distanceM = 0.0;
    };
    [[nodiscard]] std::optional<Candidate> candidate(std::size_t index);
    [[nodiscard]] double elevation();
    [[nodiscard]] Candidate besideTheWay();
    [[nodiscard]] bool isFree(const Direction& direction) const;
    [[nodiscard]] Vec3 positionOf(const Candidate& c) const;
    [[nodiscard]] bool fits(const Trajectory& way) const;

    const Scene& scene_;
    const SamplerOptions& options_;
    const SceneWish& wish_;
    RandomStream& random_;
    HeadRotation rotation_;
    const MeasuredPlace* measured_; // not owned; null: anywhere in the room
};

} // namespace binaurium
