// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioInput.h"
#include "app/cli/Command.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>

namespace binaurium::cli {
namespace {

struct ExplainArguments
{
    QuestionInput input;
    std::string answer;
    int ranges = 5;
    bool noAttention = false;
    bool whole = false;
    bool json = false;
};

std::string wordsOf(const Occlusion& o)
{
    char text[64];
    if (o.kind == Occlusion::Kind::MuteRange) {
        std::snprintf(text, sizeof text, "mute %.1f to %.1f s", o.fromS, o.toS);
        return text;
    }
    const auto id = occlusionId(o.kind);
    return o.kind == Occlusion::Kind::ZeroSlot ? id + " " + std::to_string(o.slot + 1) : id;
}

void printForPeople(const Explanation& e)
{
    std::printf("answer: %s, log-probability %.3f\n", e.answer.c_str(), e.logProbability);
    for (const auto& result : e.occlusions)
        std::printf("%-22s %+8.3f  %s\n", wordsOf(result.occlusion).c_str(), result.change, result.choice.c_str());
    const auto [begin, end] = e.attention.span(AttentionToken::Kind::Answer);
    for (int token = 0; token < static_cast<int>(end - begin); ++token) {
        AttentionChoice choice;
        choice.firstToken = choice.lastToken = token;
        const auto over = attentionOverAudio(e.attention, choice);
        const auto peak = static_cast<std::size_t>(std::max_element(over.begin(), over.end()) - over.begin());
        if (!over.empty())
            std::printf("'%s' looks most at %.1f s\n",
                        e.attention.tokens[begin + static_cast<std::size_t>(token)].text.c_str(),
                        (static_cast<double>(peak) + 0.5) * e.attention.secondsPerToken);
    }
    if (!e.attention.empty())
        std::puts("Where the model looked is no proof of why it answered so; the changes above test causes.");
}

void explain(const ExplainArguments& arguments)
{
    ExplainRequest request;
    request.question = arguments.input.text();
    request.ask.options = arguments.input.choices();
    std::string error;
    if (!request.ask.isValid(&error))
        throw Error(ErrorKind::Usage, "explain: " + error);
    const auto audio = arguments.input.readAudio();
    const auto model = HearingModel::load(arguments.input.model);
    request.answer = arguments.answer;
    if (request.answer.empty()) {
        AskOptions ask = request.ask;
        ask.likelihoodOnly = !ask.options.empty();
        request.answer =
            model->ask(audio, request.question, ask, [](const std::string&) { return !interruptRequested(); }).answer;
    }
    request.wantAttention = !arguments.noAttention;
    request.occlusions = usualOcclusions(audio.durationS(), arguments.ranges, model->slotCount());
    const auto progress = progressOnStderr();
    std::int64_t done = 0;
    const auto total = static_cast<std::int64_t>(request.occlusions.size());
    const auto explanation = model->explain(audio, request, [&](const OcclusionResult&) {
        return progress({"occlusion", ++done, total, {}});
    });
    if (interruptRequested())
        throw interrupted("the cause test was stopped");
    if (arguments.json)
        std::cout << explanationToJson(explanation, arguments.whole).dump(1, ' ', false, Json::error_handler_t::replace)
                  << '\n';
    else
        printForPeople(explanation);
}

} // namespace

void addExplainCommand(CLI::App& app)
{
    auto* command = app.add_subcommand("explain", "Where the model looked, and what its answer depends on");
    auto arguments = std::make_shared<ExplainArguments>();
    arguments->input.addTo(*command);
    command->add_option("--answer", arguments->answer, "The answer to look into (default: what the model answers)");
    command->add_option("--ranges", arguments->ranges, "Parts of the sound that are muted one after the other")
        ->check(CLI::Range(0, 100))
        ->capture_default_str();
    command->add_flag("--no-attention", arguments->noAttention, "The cause test alone");
    command->add_flag("--whole", arguments->whole, "With --json: every weight, layer by head by query by key");
    command->add_flag("--json", arguments->json, "One JSON document on stdout");
    command->callback([arguments] { explain(*arguments); });
}

} // namespace binaurium::cli
