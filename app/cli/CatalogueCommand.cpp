// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"
#include "core/dataset/Labels.h"
#include "core/dataset/SoundCatalogue.h"
#include "core/support/Error.h"

#include <cstdio>
#include <iostream>
#include <map>
#include <memory>

namespace binaurium::cli {
namespace {

struct Counts
{
    std::map<Split, int> files;
    int generators = 0;
};

void list(const SoundCatalogue& catalogue)
{
    std::map<std::string, Counts> byLabel;
    for (const auto& sound : catalogue.sounds()) {
        auto& counts = byLabel[sound.label];
        if (sound.generator.empty())
            ++counts.files[sound.split];
        else
            ++counts.generators;
    }
    std::printf("%-14s %-12s %6s %11s %6s %11s\n", "label", "group", "train", "validation", "test", "generators");
    for (const Label& label : labels()) {
        const auto found = byLabel.find(label.id);
        if (found == byLabel.end())
            continue;
        auto& files = found->second.files;
        std::printf("%-14s %-12s %6d %11d %6d %11d\n", label.id, label.group, files[Split::Train],
                    files[Split::Validation], files[Split::Test], found->second.generators);
    }
    std::printf("%zu labels, %zu entries\n", byLabel.size(), catalogue.sounds().size());
}

} // namespace

void addCatalogue(CLI::App& dataset)
{
    auto* command = dataset.add_subcommand("catalogue", "List the dry sounds, or check their files");
    auto action = std::make_shared<std::string>("list");
    command->add_option("action", *action, "list or check")
        ->check(CLI::IsMember({"list", "check"}))
        ->capture_default_str();
    command->callback([action] {
        const auto catalogue = SoundCatalogue::read();
        if (*action == "list")
            return list(catalogue);
        const auto problems = catalogue.check();
        for (const auto& problem : problems)
            std::cout << problem << "\n";
        if (!problems.empty())
            throw badInput("catalogue", std::to_string(problems.size()) + " sounds are missing or changed");
        std::cout << catalogue.sounds().size() << " entries, every file as the catalogue says\n";
    });
}

} // namespace binaurium::cli
