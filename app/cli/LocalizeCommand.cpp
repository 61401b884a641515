// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioInput.h"
#include "app/cli/Command.h"
#include "core/model/SoundTimeline.h"
#include "core/support/Error.h"

#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>

namespace binaurium::cli {
namespace {

struct LocalizeArguments
{
    std::string audio;
    ModelOptions model;
    TimelineOptions window;
    bool timeline = false;
    bool json = false;
    bool allowOutside = false;
};

void printForPeople(const Localization& result)
{
    if (result.sources.empty())
        std::puts("No source was heard.");
    for (const auto& s : result.sources) {
        const char* side = std::abs(s.azimuthDeg) < 45.0    ? "front"
                           : std::abs(s.azimuthDeg) > 135.0 ? "behind"
                           : s.azimuthDeg > 0.0             ? "left"
                                                            : "right";
        std::printf("%-12s azimuth %6.1f deg (%s), elevation %5.1f deg, about %.1f m, confidence %.0f %%\n",
                    s.label.c_str(), s.azimuthDeg, side, s.elevationDeg, s.distanceM, 100.0 * s.confidence);
    }
}

void printForPeople(const SoundTimeline& timeline)
{
    if (timeline.events.empty())
        std::puts("No source was heard.");
    for (const auto& e : timeline.events)
        std::printf("%8.1f to %8.1f s  %-16s azimuth %6.1f deg, about %.1f m, confidence %.0f %%\n", e.fromS, e.toS,
                    e.label.c_str(), e.azimuthDeg, e.distanceM, 100.0 * e.confidence);
    if (timeline.heardUntilS < timeline.durationS)
        std::printf("Heard until %.1f of %.1f s.\n", timeline.heardUntilS, timeline.durationS);
}

// A file is read window by window, so that its length does not matter.
void showTimeline(const LocalizeArguments& arguments)
{
    if (std::filesystem::path(arguments.audio).extension() == ".json")
        throw Error(ErrorKind::Usage, "localize: --timeline is for recordings; a scene is short enough for localize");
    std::string error;
    if (!arguments.window.isValid(&error))
        throw Error(ErrorKind::Usage, "localize: " + error);
    for (const auto concern : glanceAt(arguments.audio).concerns)
        std::cerr << arguments.audio << ": " << sentence(concern) << '\n';
    const auto model = HearingModel::load(arguments.model);
    const auto timeline = listenThrough(
        arguments.audio, arguments.window, [&](const AudioBuffer& window) { return model->localize(window); },
        progressOnStderr());
    if (arguments.json)
        std::cout << timelineToJson(timeline).dump(1) << '\n';
    else
        printForPeople(timeline);
}

void localize(const LocalizeArguments& arguments)
{
    if (arguments.timeline)
        return showTimeline(arguments);
    const auto audio = readAudioOrScene(arguments.audio, arguments.allowOutside);
    const auto model = HearingModel::load(arguments.model);
    const auto result = model->localize(audio, progressOnStderr());
    if (arguments.json)
        std::cout << localizationToJson(result).dump(1) << '\n';
    else
        printForPeople(result);
}

} // namespace

void addLocalizeCommand(CLI::App& app)
{
    auto* command = app.add_subcommand("localize", "Who is where in a two-channel recording or a scene");
    auto arguments = std::make_shared<LocalizeArguments>();
    command->add_option("audio", arguments->audio, "Audio file, or a scene (*.scene.json)")->required();
    command->add_flag("--json", arguments->json, "One JSON document on stdout");
    command->add_flag("--allow-outside", arguments->allowOutside, "Let a scene name files outside its folder");
    command->add_flag("--timeline", arguments->timeline,
                      "A recording of any length, window by window: which source from when to when, and where");
    command->add_option("--window", arguments->window.windowS, "With --timeline: length of a window, seconds")
        ->capture_default_str();
    command->add_option("--hop", arguments->window.hopS, "With --timeline: from one window to the next, seconds")
        ->capture_default_str();
    command->add_option("--from", arguments->window.fromS, "With --timeline: where to begin, seconds");
    command->add_option("--to", arguments->window.toS, "With --timeline: where to end, seconds (0: at the end)");
    addModelOptions(*command, arguments->model);
    command->callback([arguments] { localize(*arguments); });
}

} // namespace binaurium::cli
