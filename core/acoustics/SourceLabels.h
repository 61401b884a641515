// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <functional>
#include <string>
#include <vector>

namespace binaurium {

inline constexpr double labelFrameS = 0.1;

// What is true of one source in frames of 100 ms; where it moves, at the centre of each frame.
struct SourceLabel
{
    std::string name;
    std::string label;
    RelativePosition position;               // at the start of the scene; in a measured room the measured direction
    double drrDb = 0.0;                      // direct-to-reverberant energy ratio of the response, at the start
    std::vector<bool> active;                // per frame
    std::vector<RelativePosition> positions; // per frame where something moves, else empty
    std::vector<double> drrsDb;              // likewise

    [[nodiscard]] const RelativePosition& positionAt(std::size_t frame) const
    {
        return frame < positions.size() ? positions[frame] : position;
    }
    [[nodiscard]] double drrDbAt(std::size_t frame) const { return frame < drrsDb.size() ? drrsDb[frame] : drrDb; }
    [[nodiscard]] bool activeAt(std::size_t frame) const { return frame < active.size() && active[frame]; }
};

// "binaurium-labels" version 1.
[[nodiscard]] Json labelsToJson(const std::vector<SourceLabel>& labels, const Scene& scene);

// The layout of DCASE 2024 task 3, one line per frame and active source, no header: frame, class, source, azimuth,
// elevation (whole degrees), distance (whole cm). `classOf` numbers the label of a source.
[[nodiscard]] std::string labelsToDcase(const std::vector<SourceLabel>& labels, const Scene& scene,
                                        const std::function<int(const std::string&)>& classOf);

} // namespace binaurium
