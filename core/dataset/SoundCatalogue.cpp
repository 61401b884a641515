// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/SoundCatalogue.h"

#include "core/audio/generators/Generators.h"
#include "core/dataset/Labels.h"
#include "core/dataset/sounds/SoundIndex.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Sha256.h"
#include "core/support/Toml.h"

#include <algorithm>
#include <set>

namespace binaurium {
namespace {

constexpr std::uint64_t seedsPerDecade = 10;
constexpr std::uint64_t seedRange = 1'000'000;

std::uint64_t drawSeed(Split split, RandomStream& random)
{
    const std::uint64_t decade = seedsPerDecade * random.below(seedRange);
    switch (split) {
    case Split::Train:
        return decade + random.below(8);
    case Split::Validation:
        return decade + 8;
    case Split::Test:
        break;
    }
    return decade + 9;
}

} // namespace

std::string soundSetId(SoundSet set)
{
    return set == SoundSet::Shipped ? "shipped" : "large";
}

SoundSet soundSetFromId(const std::string& id)
{
    for (const SoundSet set : {SoundSet::Shipped, SoundSet::Large})
        if (id == soundSetId(set))
            return set;
    throw badInput("sounds", "'" + id + "' must be shipped or large");
}

void SoundCatalogue::add(CatalogueSound sound)
{
    const std::size_t index = sounds_.size();
    if (sound.generator.empty())
        byLabel_[{sound.label, sound.split}].push_back(index);
    else
        for (const Split split : {Split::Train, Split::Validation, Split::Test})
            byLabel_[{sound.label, split}].push_back(index);
    sounds_.push_back(std::move(sound));
}

void SoundCatalogue::addShipped(bool withFiles)
{
    const auto path = requireData("models/catalogue.toml", "install Binaurium's data files");
    const Json document = readToml(path);
    const JsonObject root(document, path.string());
    checkFormat(root, "binaurium-catalogue", 1);
    const auto known = generators();
    std::set<std::string> ids;
    for (const auto& object : root.objects("sound", 1'000'000)) {
        CatalogueSound sound;
        sound.id = object.string("id");
        sound.group = sound.id;
        sound.label = object.string("label");
        sound.licence = object.string("licence");
        sound.redistributable = true; // what is shipped was chosen so
        if (!ids.insert(sound.id).second)
            object.fail("id", "'" + sound.id + "' stands twice");
        if (findLabel(sound.label) == nullptr)
            object.fail("label", "'" + sound.label + "' is not in the list of labels");
        const auto kind = object.string("kind");
        if (kind == "generator") {
            sound.generator = object.string("generator");
            if (std::none_of(known.begin(), known.end(), [&](const Generator& g) { return sound.generator == g.name; }))
                object.fail("generator", "'" + sound.generator + "' does not exist");
        } else if (kind == "file") {
            sound.file = object.string("file");
            sound.sha256 = object.string("sha256");
            sound.split = splitFromId(object.string("split"));
        } else
            object.fail("kind", "is '" + kind + "', must be 'file' or 'generator'");
        if (withFiles || !sound.generator.empty())
            add(std::move(sound));
    }
}

void SoundCatalogue::addIndex()
{
    const std::filesystem::path folder = "sounds";
    const auto path = requireData(folder / SoundIndex::fileName,
                                  "make the large set of sounds with packaging/sounds, or take sounds = \"shipped\"");
    for (auto& entry : SoundIndex::read(path).sounds) {
        if (findLabel(entry.label) == nullptr)
            throw badInput(path.string(), "sound '" + entry.id + "' has the unknown label '" + entry.label + "'");
        CatalogueSound sound;
        sound.file = (folder / entry.file).generic_string();
        sound.id = std::move(entry.id);
        sound.label = std::move(entry.label);
        sound.group = std::move(entry.group);
        sound.licence = std::move(entry.licence);
        sound.redistributable = entry.redistributable;
        sound.sha256 = std::move(entry.sha256);
        sound.split = entry.split;
        add(std::move(sound));
    }
}

SoundCatalogue SoundCatalogue::read(SoundSet set)
{
    SoundCatalogue catalogue;
    catalogue.addShipped(set == SoundSet::Shipped);
    if (set == SoundSet::Large)
        catalogue.addIndex();
    return catalogue;
}

std::vector<std::string> SoundCatalogue::labels(Split split) const
{
    std::vector<std::string> result;
    for (const Label& label : binaurium::labels())
        if (byLabel_.contains({label.id, split}))
            result.emplace_back(label.id);
    return result;
}

Sound SoundCatalogue::draw(const std::string& label, Split split, RandomStream& random) const
{
    const auto found = byLabel_.find({label, split});
    if (found == byLabel_.end())
        throw missing("no sound of '" + label + "' in the split '" + splitId(split) + "'",
                      "extend models/catalogue.toml");
    std::vector<std::size_t> files;
    std::vector<std::size_t> made;
    for (const std::size_t i : found->second)
        (sounds_[i].generator.empty() ? files : made).push_back(i);
    const bool useFile = made.empty() || (!files.empty() && random.chance(0.5));
    const auto& pool = useFile ? files : made;
    const CatalogueSound& chosen = sounds_[pool[random.below(pool.size())]];
    if (!useFile)
        return {.file = {}, .generator = chosen.generator, .generatorSeed = drawSeed(split, random)};
    const auto path = requireData(chosen.file, "install Binaurium's sounds");
    return {.file = std::filesystem::absolute(path).string(), .generator = {}, .generatorSeed = 0};
}

std::vector<std::string> SoundCatalogue::check() const
{
    std::vector<std::string> problems;
    for (const auto& sound : sounds_) {
        if (sound.file.empty())
            continue;
        const auto path = findData(sound.file);
        if (path.empty())
            problems.push_back(sound.id + ": " + sound.file + " is not on this computer");
        else if (sha256OfFile(path) != sound.sha256)
            problems.push_back(sound.id + ": " + path.string() + " has another sha256 than the catalogue says");
    }
    return problems;
}

} // namespace binaurium
