// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"
#include "core/dataset/Labels.h"
#include "core/dataset/SoundCatalogue.h"
#include "core/dataset/sounds/MakeCatalogue.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"

#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <set>

namespace binaurium::cli {
namespace {

struct Options
{
    std::string action = "list";
    std::string sounds = "shipped";
    std::string esc50, fsd50k;
    std::vector<std::string> folders;
    CatalogueOptions make;
    bool json = false;
};

struct Counts
{
    std::map<Split, int> files;
    std::set<std::string> groups;
    int generators = 0;
    int redistributable = 0;
    [[nodiscard]] int sources() const
    {
        int sum = generators;
        for (const auto& [split, count] : files)
            sum += count;
        return sum;
    }
};

void list(const SoundCatalogue& catalogue, bool json)
{
    std::map<std::string, Counts> byLabel;
    for (const auto& sound : catalogue.sounds()) {
        auto& counts = byLabel[sound.label];
        counts.groups.insert(sound.group);
        counts.redistributable += sound.redistributable ? 1 : 0;
        if (sound.generator.empty())
            ++counts.files[sound.split];
        else
            ++counts.generators;
    }
    Json rows = Json::array();
    if (!json)
        std::printf("%-12s %-12s %6s %11s %6s %11s %7s %6s\n", "label", "kind", "train", "validation", "test",
                    "generators", "groups", "free");
    int eight = 0;
    for (const Label& label : labels()) {
        const auto found = byLabel.find(label.id);
        if (found == byLabel.end())
            continue;
        Counts& c = found->second;
        eight += c.sources() >= 8 ? 1 : 0;
        if (json)
            rows.push_back({{"label", label.id},
                            {"kind", label.group},
                            {"train", c.files[Split::Train]},
                            {"validation", c.files[Split::Validation]},
                            {"test", c.files[Split::Test]},
                            {"generators", c.generators},
                            {"groups", c.groups.size()},
                            {"redistributable", c.redistributable}});
        else
            std::printf("%-12s %-12s %6d %11d %6d %11d %7zu %6d\n", label.id, label.group, c.files[Split::Train],
                        c.files[Split::Validation], c.files[Split::Test], c.generators, c.groups.size(),
                        c.redistributable);
    }
    if (json)
        std::cout << rows.dump(1) << "\n";
    else
        std::printf("%zu labels, %d of them with at least 8 sounds; %zu sounds\n", byLabel.size(), eight,
                    catalogue.sounds().size());
}

void check(const SoundCatalogue& catalogue)
{
    const auto problems = catalogue.check();
    for (const auto& problem : problems)
        std::cout << problem << "\n";
    if (!problems.empty())
        throw badInput("catalogue", std::to_string(problems.size()) + " sounds are missing or changed");
    std::cout << catalogue.sounds().size() << " sounds, every file as the catalogue says\n";
}

void make(const Options& options)
{
    CatalogueOptions make = options.make;
    if (make.output.empty())
        make.output = userDataFolder() / "sounds";
    make.folders.assign(options.folders.begin(), options.folders.end());
    make.esc50 = options.esc50;
    make.fsd50k = options.fsd50k;
    const auto report = makeCatalogue(make, progressOnStderr());
    for (const auto& sentence : report.missing)
        std::cout << "left out: " << sentence << "\n";
    for (const auto& sentence : report.skipped)
        std::cout << "skipped: " << sentence << "\n";
    for (const auto& [what, reason] : report.index.refused)
        std::cout << "refused: " << what << ": " << reason << "\n";
    std::cout << report.index.sounds.size() << " sounds in " << make.output.string() << ", "
              << report.index.refused.size() << " refused\n";
}

} // namespace

void addCatalogue(CLI::App& dataset)
{
    auto* command =
        dataset.add_subcommand("catalogue", "List the dry sounds, check their files, or make the large set");
    auto o = std::make_shared<Options>();
    command->add_option("action", o->action, "list, check or make")
        ->check(CLI::IsMember({"list", "check", "make"}))
        ->capture_default_str();
    command->add_option("--sounds", o->sounds, "shipped, or large: what 'make' prepared")
        ->check(CLI::IsMember({"shipped", "large"}))
        ->capture_default_str();
    command->add_flag("--json", o->json, "list: as JSON");
    command->add_option("-o,--output", o->make.output,
                        "make: folder of the prepared sounds (default: the data folder)");
    command->add_option("--folder", o->folders, "make: own recordings, sub-folders named by labels; repeatable");
    command->add_option("--licence", o->make.folderLicence, "make: licence of the own recordings")
        ->capture_default_str();
    command->add_option("--esc50", o->esc50, "make: folder of ESC-50");
    command->add_option("--fsd50k", o->fsd50k, "make: folder of FSD50K");
    command->add_flag("!--no-packages", o->make.packaged, "make: leave out the sounds of Debian's packages");
    command->callback([o] {
        if (o->action == "make")
            return make(*o);
        const auto catalogue = SoundCatalogue::read(soundSetFromId(o->sounds));
        if (o->action == "list")
            return list(catalogue, o->json);
        check(catalogue);
    });
}

} // namespace binaurium::cli
