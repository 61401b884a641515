// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace binaurium {

// What a model is, for choosing one: read from its manifest or configuration alone.
struct ModelCard
{
    std::filesystem::path folder;
    std::string name;
    std::string stage;         // of the curriculum; empty: unknown
    std::string base;          // "SmolLM2-135M-Instruct and Whisper tiny.en"
    std::string projector;     // kind; empty: it has no spatial parts and cannot tell where sounds are
    std::size_t labels = 0;    // sounds that it knows by name
    double trainedBytes = 0.0; // of the trained parts on disk
    double memoryBytes = 0.0;  // about, once loaded on the processor
};

// Of a model folder, a run, a name, or Qwen2-Audio as it is published. Throws as findModelFolder() and BadInput.
[[nodiscard]] ModelCard modelCard(const std::filesystem::path& pathOrName);

// Models that came with the program or were put beside them (models/ of the data folders), by name; folders that hold
// no whole model are left out.
[[nodiscard]] std::vector<ModelCard> installedModels();

} // namespace binaurium
