// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"
#include "core/dataset/exchange/Exchange.h"
#include "core/support/AtomicFile.h"

#include <iostream>
#include <memory>

namespace binaurium::cli {
namespace {

void addExport(CLI::App& dataset)
{
    auto* command = dataset.add_subcommand("export", "Write a set in the layout of another program");
    struct Arguments
    {
        std::string set, layout, output;
        std::vector<std::string> heads;
        ExportOptions options;
    };
    auto a = std::make_shared<Arguments>();
    command->add_option("set", a->set, "Data set (folder or .jsonl)")->required();
    command->add_option("--to", a->layout, "audiofolder, webdataset, twnm-foa, spatialsoundqa, dcase or testkit")
        ->required()
        ->check(CLI::IsMember(exchangeFormatIds()));
    command->add_option("-o,--output", a->output, "New folder")->required();
    command->add_option("--heads", a->heads, "Folders of SOFA files, searched first");
    command->add_option("--rate", a->options.rateHz, "Sample rate in Hz")->capture_default_str();
    command->add_option("--limit", a->options.limit, "At most so many items; -1: all")->capture_default_str();
    command->add_flag("!--no-audio", a->options.audio, "Only the texts");
    command->callback([a] {
        a->options.headFolders.assign(a->heads.begin(), a->heads.end());
        const auto count =
            exportItems(a->set, exchangeFormatFromId(a->layout), a->output, a->options, progressOnStderr());
        std::cout << count << " items written to " << a->output << "\n";
    });
}

void addImport(CLI::App& dataset)
{
    auto* command = dataset.add_subcommand("import", "Read questions of another program as items");
    struct Arguments
    {
        std::string file, layout, output;
    };
    auto a = std::make_shared<Arguments>();
    command->add_option("file", a->file, "metadata.jsonl or questions.json")->required();
    command->add_option("--from", a->layout, "twnm-foa or spatialsoundqa")
        ->required()
        ->check(CLI::IsMember({"twnm-foa", "spatialsoundqa"}));
    command->add_option("-o,--output", a->output, "Items (.jsonl)")->required();
    command->callback([a] {
        requireReplaceable(a->output, false);
        const auto items = importItems(a->file, exchangeFormatFromId(a->layout));
        std::string text;
        for (const Item& item : items)
            text += itemToJson(item).dump() + "\n";
        writeFileAtomically(a->output, text);
        std::cout << items.size() << " items read\n";
    });
}

} // namespace

void addExchange(CLI::App& dataset)
{
    addExport(dataset);
    addImport(dataset);
}

} // namespace binaurium::cli
