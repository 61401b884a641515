// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioInput.h"
#include "app/cli/Command.h"
#include "core/audio/AudioFile.h"
#include "core/audio/generators/Speech.h"
#include "core/support/Error.h"

#include <cstdio>
#include <iostream>
#include <memory>

namespace binaurium::cli {
namespace {

struct AskArguments
{
    QuestionInput input;
    std::string control = "none";
    std::string say;
    AskOptions ask;
    bool json = false;
};

void ask(const AskArguments& arguments)
{
    AskOptions options = arguments.ask;
    options.options = arguments.input.choices();
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
    if (!arguments.say.empty())
        requireReplaceable(arguments.say, false);
    const auto question = arguments.input.text();
    const auto audio = arguments.input.readAudio();
    const auto model = HearingModel::load(arguments.input.model);
    const bool stream = !arguments.json && options.options.empty();
    const auto answer = model->ask(audio, question, options, [&](const std::string& piece) {
        if (stream)
            std::cout << piece << std::flush;
        return !interruptRequested();
    });
    if (answer.stopped)
        throw interrupted("the answer was stopped");
    if (!arguments.say.empty())
        writeAudio(speak(answer.answer, "en-us"), arguments.say);
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
    arguments->input.addTo(*command);
    command->add_option("--seed", arguments->ask.seed, "Seed of sampling")->capture_default_str();
    command->add_option("--temperature", arguments->ask.temperature, "0: the most likely words")->capture_default_str();
    command->add_option("--top-p", arguments->ask.topP, "Sample from this much probability")->capture_default_str();
    command->add_option("--max-tokens", arguments->ask.maxTokens, "Longest answer")->capture_default_str();
    command->add_option("--control", arguments->control, "Intervention on the input, for experiments")
        ->capture_default_str();
    command->add_option("--say", arguments->say, "Also speaks the answer into this WAV or FLAC file (espeak-ng)");
    command->add_flag("--json", arguments->json, "One JSON document on stdout");
    command->callback([arguments] { ask(*arguments); });
}

} // namespace binaurium::cli
