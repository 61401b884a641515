// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/SceneDocument.h"

#include <vector>

namespace binaurium {

// Sources whose audio file is not where the scene says.
[[nodiscard]] std::vector<int> sourcesWithoutSound(const SceneDocument& document);

// Gives a source the file `found`, and every other source without its sound the file of its old name that lies
// likewise: one answer repairs a folder that was moved. One step; returns how many were repaired.
int repairSounds(SceneDocument& document, int source, const std::filesystem::path& found);

// Copies every audio file that lies outside of the scene's folder into "NAME-sounds" beside the scene and names it
// relatively; one step. Needs a scene that has a file. Returns how many were copied; throws BadInput or Missing.
int collectSounds(SceneDocument& document);

} // namespace binaurium
