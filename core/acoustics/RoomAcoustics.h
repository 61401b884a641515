// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/MinimumPhase.h"
#include "core/scene/Scene.h"

namespace binaurium {

// Walls and air of a room in the form that paths and tail need. Where the room asks for a reverberation time, the walls
// are those that give it (core/acoustics/RoomTuning.h). Immutable, may be shared between threads.
class RoomAcoustics
{
public:
    // Throws BadInput for unknown materials and for a reverberation time out of reach.
    explicit RoomAcoustics(const Room& room);

    [[nodiscard]] const Vec3& sizeM() const noexcept { return sizeM_; }
    [[nodiscard]] bool anechoic() const noexcept { return anechoic_; }
    [[nodiscard]] double speedOfSoundMPerS() const noexcept { return speed_; }
    [[nodiscard]] double volumeM3() const noexcept { return sizeM_.x * sizeM_.y * sizeM_.z; }
    [[nodiscard]] double surfaceM2() const noexcept;
    [[nodiscard]] double wallAreaM2(Wall wall) const noexcept;
    // First band in use: 0 (62.5 Hz) where a wall has nine values, else 1 (125 Hz).
    [[nodiscard]] std::size_t firstBand() const noexcept { return firstBand_; }
    // ln of the amplitude factor of a specular reflection, sqrt((1 - absorption) (1 - scattering)); at most 0.
    [[nodiscard]] float wallLogGain(Wall wall, std::size_t band) const noexcept
    {
        return walls_[static_cast<std::size_t>(wall)][band];
    }
    // The same for the energy that is not absorbed, specular or scattered: sqrt(1 - absorption).
    [[nodiscard]] float wallTotalLogGain(Wall wall, std::size_t band) const noexcept
    {
        return total_[static_cast<std::size_t>(wall)][band];
    }
    // Whether any wall scatters, so that there is a diffuse field from the first reflection on.
    [[nodiscard]] bool scatters() const noexcept { return scatters_; }
    // ln amplitude per metre, negative (ISO 9613-1).
    [[nodiscard]] float airLogGainPerM(std::size_t band) const noexcept { return air_[band]; }
    [[nodiscard]] double imageJitterM() const noexcept { return imageJitterM_; }
    // When the response counts as diffuse: 20 V / S ms + 12 ms (V in m3, S in m2), between 20 and 80 ms; after Lindau,
    // Kosanke and Weinzierl, JAES 60 (2012).
    [[nodiscard]] double mixingTimeS() const noexcept;

private:
    void readWalls(const Room& room);
    Vec3 sizeM_;
    bool anechoic_;
    bool scatters_ = false;
    double speed_;
    double imageJitterM_;
    std::size_t firstBand_ = 1;
    std::array<BandLogGains, wallCount> walls_{};
    std::array<BandLogGains, wallCount> total_{};
    BandLogGains air_{};
};

} // namespace binaurium
