// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Geometry.h"

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace binaurium {

// A head as it was measured, in our conventions: directions with azimuth positive to the left, ear 0 = left.
struct HeadMeasurements
{
    std::string title;
    std::string licence; // as the file states it
    double rateHz = 0.0;
    std::size_t taps = 0;
    std::vector<Vec3> directions;                    // unit vectors, head frame
    std::array<std::vector<float>, 2> responses;     // per ear, [direction][tap]
    std::array<std::vector<double>, 2> delaySamples; // Data.Delay per ear and direction
    std::vector<std::string> corrections;            // what was put right, in words

    [[nodiscard]] const float* response(std::size_t ear, std::size_t direction) const
    {
        return responses[ear].data() + direction * taps;
    }
};

// Reads a SimpleFreeFieldHRIR file: own angle type and units, receiver order, rate and Data.Delay are honoured. ITD and
// ILD are checked over the whole sphere; a file whose azimuths run clockwise or whose receivers are exchanged is put
// right with a note, one whose ITD and ILD contradict each other is refused. Throws Missing or BadInput.
[[nodiscard]] HeadMeasurements readSofaHead(const std::filesystem::path& path);

} // namespace binaurium
