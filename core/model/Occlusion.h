// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"
#include "core/support/Json.h"

#include <optional>
#include <string>
#include <vector>

// Causes, tested by taking them away: what an answer's probability does when a part of what was heard is gone.
namespace binaurium {

struct Occlusion
{
    enum class Kind {
        MuteRange,   // silence in [fromS, toS)
        MirrorEars,  // left and right exchanged
        Mono,        // both ears hear their mean
        ZeroSlot,    // the projector hears source slot `slot` as inactive; the dense map beside the slots stays
        ZeroSpatial, // all spatial features are zero, in [fromS, toS) where that is given
        ZeroSemantic // all semantic features are zero, likewise
    };
    Kind kind = Kind::MuteRange;
    double fromS = 0.0;
    double toS = 0.0; // 0: to the end
    int slot = 0;     // 0 is the first

    [[nodiscard]] bool changesAudio() const noexcept { return kind <= Kind::Mono; }
};

// Stable English ids: "mute-range", "mirror-ears", "mono", "zero-slot", "zero-spatial", "zero-semantic".
[[nodiscard]] std::string occlusionId(Occlusion::Kind kind);

// The audio as it is heard then; unchanged for occlusions of features. Ranges fade within 5 ms, so that no click is
// heard at their ends.
[[nodiscard]] AudioBuffer occluded(AudioBuffer audio, const Occlusion& occlusion);

// What is worth a try for a clip: each of `ranges` equal parts muted, ears mirrored, mono, each slot, spatial and
// semantic features.
[[nodiscard]] std::vector<Occlusion> usualOcclusions(double durationS, int ranges, int slotCount);

struct OcclusionResult
{
    Occlusion occlusion;
    double logProbability = 0.0; // of the explained answer, in nat
    double change = 0.0;         // logProbability minus that of the whole sound: negative where the part spoke for it
    std::string choice;          // with options: what is chosen now
};
[[nodiscard]] Json occlusionToJson(const OcclusionResult& result);

} // namespace binaurium
