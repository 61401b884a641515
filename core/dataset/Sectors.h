// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/SceneFacts.h"

#include <optional>
#include <string>

namespace binaurium {

// Words for where a source is. Each is nothing where the source moves, cannot be heard, or stands within the margin
// (core/dataset/SceneFacts.h) of another word.
[[nodiscard]] std::optional<std::string> quadrantOf(const SourceFacts& source);   // front, left, behind, right
[[nodiscard]] std::optional<std::string> sideOf(const SourceFacts& source);       // left, right
[[nodiscard]] std::optional<std::string> hemisphereOf(const SourceFacts& source); // front, behind
[[nodiscard]] std::optional<std::string> octantOf(const SourceFacts& source);     // "front left" ...
[[nodiscard]] std::optional<std::string> clockOf(const SourceFacts& source);      // "3 o'clock" is right
[[nodiscard]] std::optional<std::string> heightOf(const SourceFacts& source);     // above, level, below
[[nodiscard]] std::optional<std::string> distanceOf(const SourceFacts& source);   // near, a few steps away, far
// "to the left", "to the right", "towards you", "away from you"; nothing for both at once or for too little motion.
[[nodiscard]] std::optional<std::string> motionOf(const SourceFacts& source);

// The sector of an azimuth without any margin: "front", "left", "behind", "right".
[[nodiscard]] std::string quadrantOf(double azimuthDeg);
// "in front of you", "behind you", "on your left", "on your right".
[[nodiscard]] std::string directionPhrase(const std::string& quadrant);

// A word for a value on a scale with gaps between its classes; nothing inside a gap.
[[nodiscard]] std::optional<std::string> classOf(double value, const std::array<double, 4>& borders,
                                                 const std::array<const char*, 3>& words);

} // namespace binaurium
