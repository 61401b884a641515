// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/sounds/SoundIndex.h"
#include "core/support/Progress.h"

namespace binaurium {

struct CatalogueOptions
{
    std::filesystem::path output; // folder of catalogue.sqlite and of the prepared sounds
    bool packaged = true;         // what models/sounds.toml names
    std::vector<std::filesystem::path> folders;
    std::string folderLicence = "own recordings, see the folder";
    std::filesystem::path esc50, fsd50k; // empty: none
};

struct CatalogueReport
{
    SoundIndex index;
    std::vector<std::string> missing; // sources that are not on this computer
    std::vector<std::string> skipped; // folders and files without a label
};

// Prepares every sound that can be found and writes output/catalogue.sqlite and output/prepared/LABEL/ID.flac. A sound
// that is already there with the hash of the old index is rendered again all the same: the result depends on the
// sources alone. Stopped work leaves the old index. Throws Missing where there is no source at all.
CatalogueReport makeCatalogue(const CatalogueOptions& options, const ProgressCallback& progress = {});

} // namespace binaurium
