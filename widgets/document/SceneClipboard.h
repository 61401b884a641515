// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <filesystem>
#include <string>
#include <vector>

namespace binaurium {

// Sources as text, for the clipboard and for drags: JSON with the members of a scene file, format "binaurium-sources"
// version 1. Files become absolute, so that the text means the same in another scene.
[[nodiscard]] std::string sourcesToText(const std::vector<Source>& sources, const std::filesystem::path& sceneFolder);

// Also takes a single source as a scene file has it. Throws BadInput for anything else.
[[nodiscard]] std::vector<Source> sourcesFromText(const std::string& text);

} // namespace binaurium
