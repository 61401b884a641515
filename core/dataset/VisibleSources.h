// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <string>
#include <vector>

// What the eye tells the ear: objects in view, said before a question, so that it can be asked what is heard but not
// seen.
namespace binaurium {

inline constexpr double fieldOfViewDeg = 120.0; // about what two eyes see together

struct VisibleObject
{
    std::string words; // "a kettle"
    double azimuthDeg = 0.0;
};

// Sources of a scene within half of `fieldDeg` (0 .. 360) to either side of where the listener looks, at the start.
// Muted ones are seen all the same. By azimuth from left to right.
[[nodiscard]] std::vector<VisibleObject> visibleObjects(const Scene& scene, double fieldDeg);

// "kettle@30, dog@-45": labels or their words with azimuths in degrees. Throws Usage.
[[nodiscard]] std::vector<VisibleObject> visibleFromText(const std::string& text);

// "In view: a kettle 30 degrees to the left, a dog straight ahead." The same for the same objects; without objects "In
// view: nothing that could sound."
[[nodiscard]] std::string visibleSentence(const std::vector<VisibleObject>& objects);

} // namespace binaurium
