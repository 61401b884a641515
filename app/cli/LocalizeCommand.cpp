// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioInput.h"
#include "app/cli/Command.h"

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

void localize(const LocalizeArguments& arguments)
{
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
    addModelOptions(*command, arguments->model);
    command->callback([arguments] { localize(*arguments); });
}

} // namespace binaurium::cli
