// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/HeadCatalogue.h"
#include "core/scene/Scene.h"
#include "core/support/Random.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace binaurium {

// One dry sound, or one generator that stands for as many as it has seeds.
struct CatalogueSound
{
    std::string id;
    std::string label;
    std::string group;     // sounds that are alike (preset, session, voice): a group never lies in two splits
    std::string file;      // below a data folder; empty for a generator
    std::string generator; // empty for a file
    std::string licence;
    bool redistributable = false; // the audio may be passed on freely; otherwise pass on recipes
    std::string sha256;           // of the file
    Split split = Split::Train;   // of a file; generators serve every split by their seeds
};

// The sounds that come with the program (models/catalogue.toml), or the large set that `dataset catalogue make`
// prepared on this computer (sounds/catalogue.sqlite) with the generators.
enum class SoundSet { Shipped, Large };
[[nodiscard]] std::string soundSetId(SoundSet set);
[[nodiscard]] SoundSet soundSetFromId(const std::string& id); // throws BadInput

// Every sound with licence, hash and split.
class SoundCatalogue
{
public:
    // Throws Missing or BadInput; labels must be known, ids unique.
    [[nodiscard]] static SoundCatalogue read(SoundSet set = SoundSet::Shipped);

    [[nodiscard]] const std::vector<CatalogueSound>& sounds() const noexcept { return sounds_; }
    // Labels that have at least one sound in `split`.
    [[nodiscard]] std::vector<std::string> labels(Split split) const;
    // Draws a sound of a label. Files and generators get the same chance each; a generator's seed modulo 10 lies in the
    // split's range (train 0-7, validation 8, test 9). The file is absolute.
    [[nodiscard]] Sound draw(const std::string& label, Split split, RandomStream& random) const;
    // Re-hashes every file; returns one sentence per problem.
    [[nodiscard]] std::vector<std::string> check() const;

private:
    void add(CatalogueSound sound);
    void addShipped(bool withFiles);
    void addIndex();

    std::vector<CatalogueSound> sounds_;
    std::map<std::pair<std::string, Split>, std::vector<std::size_t>> byLabel_;
};

} // namespace binaurium
