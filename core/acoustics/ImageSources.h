// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/MinimumPhase.h"
#include "core/scene/Scene.h"

#include <vector>

namespace binaurium {

// One way from a source to the listener: the direct sound or a specular reflection.
struct AcousticPath
{
    double delayS = 0.0; // distance / speed of sound, nothing added
    double distanceM = 0.0;
    Vec3 arrival;                // unit vector from the listener towards the image, room frame
    BandLogGains logGains{};     // ln amplitude per band: 1 / (4 pi r), walls, air, directivity
    BandLogGains wallLogGains{}; // share of the walls: minimum phase; air has no phase of its own
    int order = 0;               // number of reflections
};

// Walls and air of a room in the form that paths and tail need.
class RoomAcoustics
{
public:
    explicit RoomAcoustics(const Room& room);

    [[nodiscard]] const Vec3& sizeM() const noexcept { return sizeM_; }
    [[nodiscard]] bool anechoic() const noexcept { return anechoic_; }
    [[nodiscard]] double speedOfSoundMPerS() const noexcept { return speed_; }
    [[nodiscard]] double volumeM3() const noexcept { return sizeM_.x * sizeM_.y * sizeM_.z; }
    [[nodiscard]] double surfaceM2() const noexcept;
    // ln of the amplitude reflection factor sqrt(1 - absorption) of a wall; at most 0.
    [[nodiscard]] float wallLogGain(Wall wall, std::size_t band) const noexcept
    {
        return walls_[static_cast<std::size_t>(wall)][band];
    }
    // ln amplitude per metre, negative (ISO 9613-1).
    [[nodiscard]] float airLogGainPerM(std::size_t band) const noexcept { return air_[band]; }
    // When the response counts as diffuse: 20 V / S ms + 12 ms (V in m3, S in m2), between 20 and 80 ms; after Lindau,
    // Kosanke and Weinzierl, JAES 60 (2012).
    [[nodiscard]] double mixingTimeS() const noexcept;

private:
    Vec3 sizeM_;
    bool anechoic_;
    double speed_;
    std::array<BandLogGains, wallCount> walls_{};
    BandLogGains air_{};
};

// All paths that arrive before `untilS`, the direct sound first and always there (Allen and Berkley, JASA 65 (1979),
// enumerated by time, so that the set is complete). Unordered otherwise.
[[nodiscard]] std::vector<AcousticPath> imageSourcePaths(const RoomAcoustics& room, const Source& source,
                                                         const Vec3& listenerM, double untilS);

} // namespace binaurium
