// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"
#include "core/scene/Scene.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace binaurium {

// Binaural responses of a real room, measured with a head or dummy head: they stand for walls and head of a scene.
// Reads SOFA files of the conventions SimpleFreeFieldHRIR (in a reverberant room), SingleRoomDRIR and MultiSpeakerBRIR.
// Immutable, may be shared between threads.
class MeasuredRoom
{
public:
    // Throws Missing or BadInput.
    MeasuredRoom(const std::filesystem::path& path, double rateHz);

    // Index of the measured direction nearest to `wanted`; among equally near ones the one at the nearest distance.
    [[nodiscard]] std::size_t nearest(const RelativePosition& wanted) const;
    // Where the loudspeaker of a response stood for the head.
    [[nodiscard]] const RelativePosition& position(std::size_t index) const { return positions_.at(index); }
    [[nodiscard]] std::size_t count() const noexcept { return positions_.size(); }
    // Two ears at the rate asked for; level so that over all responses the direct sound of a source at distance r has
    // the power of 1 / (4 pi r), as in rooms that are computed.
    [[nodiscard]] AudioBuffer response(std::size_t index) const;
    // A sentence for the user where the nearest direction is not the one wanted for the source of that name.
    [[nodiscard]] std::optional<std::string> warningOfDirection(const std::string& source,
                                                                const RelativePosition& wanted) const;
    // Energy up to 2.5 ms after the first arrival over that of the rest.
    [[nodiscard]] static double directToReverberantDb(const AudioBuffer& response);
    [[nodiscard]] const std::string& title() const noexcept { return title_; }

private:
    [[nodiscard]] std::vector<float> ear(std::size_t index, std::size_t ear) const;
    void calibrate();

    std::string title_;
    double fileRateHz_;
    double rateHz_;
    std::size_t taps_;
    float gain_ = 1.0F;
    std::vector<RelativePosition> positions_;
    std::array<std::vector<float>, 2> responses_; // per ear [index][tap] at the rate of the file
    std::array<std::vector<double>, 2> delaySamples_;
};

} // namespace binaurium
