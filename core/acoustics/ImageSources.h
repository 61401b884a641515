// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/RoomAcoustics.h"

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
    std::array<int, 3> image{};  // reflections per axis; positive counts begin at the far wall, the direct sound is 0
    bool inverted = false;       // left through a lobe of reversed polarity of the source
};

// Random displacement of images from the second order on, so that the flutter of parallel walls loses its exact rhythm.
// Each axis by up to amplitudeM (order - 1) / order to either side, the same for the same seed, source and image; no
// image comes closer than the direct sound. The room's amplitude, 0: none.
struct ImageJitter
{
    std::uint64_t seed = 1;
    std::uint64_t index = 0; // of the source
};

// All paths that arrive before `untilS`, the direct sound first and always there (Allen and Berkley, JASA 65 (1979),
// enumerated by time, so that the set is complete). Unordered otherwise.
[[nodiscard]] std::vector<AcousticPath> imageSourcePaths(const RoomAcoustics& room, const Source& source,
                                                         const Vec3& listenerM, double untilS,
                                                         const ImageJitter& jitter = {});

// One of them by its image, for sources and listeners that move.
[[nodiscard]] AcousticPath imageSourcePath(const RoomAcoustics& room, const Source& source, const Vec3& listenerM,
                                           const std::array<int, 3>& image, const ImageJitter& jitter = {});

// Refuses what would take hours or all memory: throws Usage where more than `millionsMax` million images arrive before
// `untilS` (their number: Kuttruff, Room Acoustics, eq. 4.6).
void requireFewImages(const RoomAcoustics& room, const Source& source, double untilS, double millionsMax);

} // namespace binaurium
