// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioInput.h"
#include "app/cli/Command.h"
#include "core/support/Error.h"

#include <cstdio>
#include <iostream>
#include <memory>
#include <sstream>

namespace binaurium::cli {
namespace {

struct AskArguments
{
    std::string audio;
    std::string question;
    std::string options;
    std::string control = "none";
    AskOptions ask;
    ModelOptions model;
    bool json = false;
    bool allowOutside = false;
};

std::vector<std::string> splitOptions(const std::string& text)
{
    std::vector<std::string> options;
    std::istringstream in(text);
    for (std::string option; std::getline(in, option, '|');)
        options.push_back(option);
    return options;
}

void ask(const AskArguments& arguments)
{
    AskOptions options = arguments.ask;
    options.options = splitOptions(arguments.options);
    const auto control = controlFromId(arguments.control);
    if (!control)
        throw Error(
            ErrorKind::Usage,
            "there is no control '" + arguments.control +
                "'; use none, prompt-only, silence, noise, mono, swap, zero-spatial, shuffle-spatial or no-semantic");
    options.control = *control;
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "ask: " + error);
    const auto audio = readAudioOrScene(arguments.audio, arguments.allowOutside);
    const auto model = HearingModel::load(arguments.model);
    const bool stream = !arguments.json && options.options.empty();
    const auto answer = model->ask(audio, arguments.question, options, [&](const std::string& piece) {
        if (stream)
            std::cout << piece << std::flush;
        return !interruptRequested();
    });
    if (answer.stopped)
        throw interrupted("the answer was stopped");
    if (arguments.json)
        std::cout << answerToJson(answer).dump(1) << '\n';
    else if (stream)
        std::cout << '\n';
    else
        std::cout << *answer.letter << ") " << answer.answer << '\n';
}

} // namespace

void addAskCommand(CLI::App& app)
{
    auto* command = app.add_subcommand("ask", "Ask a question about a two-channel recording or a scene");
    auto arguments = std::make_shared<AskArguments>();
    command->add_option("audio", arguments->audio, "Audio file, or a scene (*.scene.json)")->required();
    command->add_option("-q,--question", arguments->question, "The question")->required();
    command->add_option("--options", arguments->options, "Choices, separated by |");
    command->add_option("--seed", arguments->ask.seed, "Seed of sampling")->capture_default_str();
    command->add_option("--temperature", arguments->ask.temperature, "0: the most likely words")->capture_default_str();
    command->add_option("--top-p", arguments->ask.topP, "Sample from this much probability")->capture_default_str();
    command->add_option("--max-tokens", arguments->ask.maxTokens, "Longest answer")->capture_default_str();
    command->add_option("--control", arguments->control, "Intervention on the input, for experiments")
        ->capture_default_str();
    command->add_flag("--json", arguments->json, "One JSON document on stdout");
    command->add_flag("--allow-outside", arguments->allowOutside, "Let a scene name files outside its folder");
    addModelOptions(*command, arguments->model);
    command->callback([arguments] { ask(*arguments); });
}

} // namespace binaurium::cli
