// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <filesystem>

namespace binaurium {

inline constexpr int sceneFormatVersion = 1;

// Reads and validates "binaurium-scene" version 1. Throws BadInput with file, place and range; Missing when there is no
// file.
[[nodiscard]] Scene readScene(const std::filesystem::path& path);
[[nodiscard]] Scene sceneFromJson(const Json& document, const std::string& name);
// The same without validation: what was saved in the middle of work need not be in order.
[[nodiscard]] Scene unfinishedSceneFromJson(const Json& document, const std::string& name);

// Writes atomically; reading the file back gives an equal scene, and writing that one gives equal bytes.
void writeScene(const Scene& scene, const std::filesystem::path& path);
[[nodiscard]] Json sceneToJson(const Scene& scene);

// One source as JSON and back, for the clipboard; the same members as in a scene file.
[[nodiscard]] Json sourceToJson(const Source& source);
[[nodiscard]] Source sourceFromJson(const JsonObject& object);

// Path of a file that the scene names. Relative paths start at the scene's folder; those that leave it throw BadInput
// unless `allowOutside`.
[[nodiscard]] std::filesystem::path resolveSceneFile(const std::filesystem::path& sceneFolder, const std::string& file,
                                                     bool allowOutside);

} // namespace binaurium
