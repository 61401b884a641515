// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/sounds/SoundPreparation.h"
#include "core/dataset/sounds/SoundSources.h"

namespace binaurium {

// One prepared sound of the large catalogue.
struct IndexedSound
{
    std::string id, label, group, source, licence;
    bool redistributable = false;
    std::string file; // relative to the folder of the index
    std::string sha256;
    Split split = Split::Train;
    SoundMeasures measures;
};

// sounds/catalogue.sqlite of a data folder: what `dataset catalogue make` prepared, and what it refused with the
// reason. Tables "sound", "refused" and "about" (format and version); see docs/formats.md.
class SoundIndex
{
public:
    static constexpr const char* fileName = "catalogue.sqlite";

    std::vector<IndexedSound> sounds;
    std::vector<std::pair<std::string, std::string>> refused; // id or file, reason

    // Replaces the file at once; an interrupted write leaves the old one.
    void write(const std::filesystem::path& path) const;
    // Throws Missing or BadInput (another format, a newer version, a damaged file, a path that leads out of the
    // folder).
    [[nodiscard]] static SoundIndex read(const std::filesystem::path& path);
};

} // namespace binaurium
