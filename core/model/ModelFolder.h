// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Json.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace binaurium {

inline constexpr int modelFormatVersion = 1;
inline constexpr auto defaultModelName = "binaurium-small"; // that comes with the program

// manifest.json of a model folder ("binaurium-model" version 1): which trained parts, with their hashes, and on which
// base weights they stand.
struct ModelManifest
{
    std::string name;
    std::string stage; // "sft", "alignment", ...
    std::uint64_t seed = 0;
    std::vector<std::string> labels;          // class index -> label id
    std::map<std::string, std::string> files; // file -> sha256
    std::map<std::string, std::string> base;  // base weight id -> sha256
    Json encoder;                             // SpatialEncoderConfig
    Json projector;                           // ProjectorConfig
    Json lora;                                // rank, alpha
};

[[nodiscard]] Json manifestToJson(const ModelManifest& manifest);
// Reads folder/manifest.json alone. Throws Missing or BadInput.
[[nodiscard]] ModelManifest readManifest(const std::filesystem::path& folder);
// Reads it and checks the hash of every file it names. Throws Missing or BadInput.
[[nodiscard]] ModelManifest readModelFolder(const std::filesystem::path& folder);
// Fills in the hashes of `files` and writes the manifest atomically.
void writeManifest(ModelManifest manifest, const std::filesystem::path& folder);

// A model that comes with the program or was put beside it (models/NAME of the data folders); empty: there is none.
[[nodiscard]] std::filesystem::path installedModel(const std::string& name);

// A model folder by path, by name ("binaurium-small"), or a run folder (its newest result). Throws Missing.
[[nodiscard]] std::filesystem::path findModelFolder(const std::filesystem::path& pathOrName);

} // namespace binaurium
