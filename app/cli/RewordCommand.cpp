// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"
#include "core/dataset/DatasetFolder.h"
#include "core/dataset/wording/ChatServer.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#ifdef BINAURIUM_WITH_TORCH
#include "core/model/LocalText.h"
#endif

#include <iostream>
#include <memory>

namespace binaurium::cli {
namespace {

struct RewordArguments
{
    std::string set, output, gguf;
    ChatServerOptions server;
    RewordOptions options;
};

TextGenerator generatorOf(RewordArguments& a)
{
    if (a.gguf.empty() == a.server.url.empty())
        throw Error(ErrorKind::Usage, "reword needs either --gguf FILE or --server ADDRESS");
    if (!a.server.url.empty()) {
        if (a.options.model.empty())
            a.options.model = a.server.model.empty() ? "server" : a.server.model;
        return chatServer(a.server);
    }
    if (a.options.model.empty())
        a.options.model = std::filesystem::path(a.gguf).stem().string();
#ifdef BINAURIUM_WITH_TORCH
    return localText(a.gguf, a.server.maxTokens, a.server.temperature);
#else
    throw missing("this program was built without libtorch", "use --server");
#endif
}

void print(const RewordReport& report)
{
    if (report.stopped)
        std::cout << "stopped: the rest is as it was\n";
    std::cout << report.accepted << " of " << report.tried << " questions have a new wording\n";
    for (const auto& [reason, count] : report.rejected)
        std::cout << "  " << count << " texts rejected: " << reason << "\n";
}

} // namespace

void addReword(CLI::App& dataset)
{
    auto* command = dataset.add_subcommand(
        "reword", "Let a language model word questions anew; only what reads back to the same program is kept");
    auto a = std::make_shared<RewordArguments>();
    command->add_option("set", a->set, "Data set (folder or .jsonl)")->required();
    command->add_option("-o,--output", a->output, "Items (.jsonl); the report stands beside it (.report.json)")
        ->required();
    command->add_option("--gguf", a->gguf, "Language model on this computer (.gguf)");
    command->add_option("--server", a->server.url,
                        "Address of an OpenAI-compatible server up to /v1; the key, if it needs "
                        "one, is read from BINAURIUM_API_KEY");
    command->add_option("--model", a->server.model, "Name of the server's model");
    command->add_option("--name", a->options.model, "Name kept as the origin of new wordings");
    command->add_option("--share", a->options.share, "Share of the items to try")->capture_default_str();
    command->add_option("--tries", a->options.tries, "Texts per item")->capture_default_str();
    command->add_option("--seed", a->options.seed, "Seed")->capture_default_str();
    command->add_option("--temperature", a->server.temperature, "0 to 2")->capture_default_str();
    command->add_flag("--stories", a->options.stories,
                      "A sentence before the questions of level 3 in place of new words");
    command->callback([a] {
        requireReplaceable(a->output, false);
        const auto generator = generatorOf(*a);
        std::vector<Item> items;
        readItems(a->set, [&](Item&& item) { items.push_back(std::move(item)); });
        std::string text;
        const auto report = reword(
            items, BackParse::builtIn(), generator, a->options,
            [&](const Item& item) { text += itemToJson(item).dump() + "\n"; }, progressOnStderr());
        writeFileAtomically(a->output, text);
        writeFileAtomically(a->output + ".report.json", toJson(report).dump(1) + "\n");
        print(report);
    });
}

} // namespace binaurium::cli
