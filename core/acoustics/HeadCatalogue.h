// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace binaurium {

enum class Split { Train, Validation, Test };
[[nodiscard]] std::string splitId(Split split);
[[nodiscard]] Split splitFromId(const std::string& id); // throws BadInput

// One measured head. `physicalHead` is equal for all files of one person or dummy: splits are made by it.
struct HeadEntry
{
    std::string id;
    std::string file;
    std::string physicalHead;
    Split split = Split::Train;
    std::string licence;
    std::string sha256;
};

// models/heads.toml, the one table that fixes the split of heads for everything.
[[nodiscard]] std::vector<HeadEntry> readHeadCatalogue();

// Where a head of the catalogue lies: the given folders first, then data folders below heads/, then libmysofa1's; empty
// when it is nowhere.
[[nodiscard]] std::filesystem::path findHeadFile(const HeadEntry& head,
                                                 const std::vector<std::filesystem::path>& folders = {});

// The default head, MIT KEMAR of Debian's libmysofa1. Throws Missing with the package's name.
[[nodiscard]] std::filesystem::path defaultHeadFile();

} // namespace binaurium
