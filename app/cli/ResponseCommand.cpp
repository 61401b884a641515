// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"

#include "core/acoustics/HeadCatalogue.h"
#include "core/acoustics/Response.h"
#include "core/acoustics/RoomMetrics.h"
#include "core/audio/AudioFile.h"
#include "core/scene/SceneFile.h"
#include "core/support/Error.h"

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>

namespace binaurium::cli {
namespace {

struct ResponseArguments
{
    std::string input;
    std::string source;
    std::string head;
    std::string output;
    double rateHz = 48000.0;
    bool json = false;
    bool allowOutside = false;
    bool overwrite = false;
};

const Source& chosenSource(const Scene& scene, const ResponseArguments& arguments, std::size_t& index)
{
    if (scene.sources.empty())
        throw badInput(arguments.input, "the scene has no source");
    index = 0;
    if (arguments.source.empty())
        return scene.sources.front();
    std::string names;
    for (; index < scene.sources.size(); ++index) {
        if (scene.sources[index].name == arguments.source)
            return scene.sources[index];
        names += (index > 0 ? ", '" : "'") + scene.sources[index].name + "'";
    }
    throw Error(ErrorKind::Usage,
                arguments.input + ": there is no source '" + arguments.source + "'; the scene has " + names);
}

// Of a scene: the response at the place of the head without it (omni), which ISO 3382-1 asks for, and at both ears.
RoomMetrics ofScene(const ResponseArguments& arguments)
{
    const std::filesystem::path path = arguments.input;
    const Scene scene = readScene(path);
    ResponseOptions options;
    options.rateHz = arguments.rateHz;
    options.seed = scene.seed;
    const Source& source = chosenSource(scene, arguments, options.sourceIndex);
    const auto& named = scene.listener.head;
    const auto headFile = !arguments.head.empty() ? std::filesystem::path(arguments.head)
                          : named == "default"    ? defaultHeadFile()
                                                  : resolveSceneFile(path.parent_path(), named, arguments.allowOutside);
    const auto head = Head::load(headFile, {.rateHz = options.rateHz});
    const RoomAcoustics room(scene.room);
    const auto omni = renderResponse(room, source, scene.listener, nullptr, 1, options);
    const auto ears = renderResponse(room, source, scene.listener, head.get(), 2, options);
    if (!arguments.output.empty())
        writeAudio(ears.audio, arguments.output, SampleFormat::Float32,
                   "response of '" + source.name + "' in " + path.filename().string());
    RoomMetrics metrics = roomMetrics(ears.audio, arguments.input);
    auto channel = channelMetrics(omni.audio.channel(0), options.rateHz, "omni", arguments.input);
    metrics.channels.insert(metrics.channels.begin(), std::move(channel));
    return metrics;
}

RoomMetrics ofFile(const ResponseArguments& arguments)
{
    if (!arguments.source.empty() || !arguments.head.empty())
        throw Error(ErrorKind::Usage, "--source and --head belong to scenes (*.scene.json)");
    const auto audio = readAudio(arguments.input);
    auto metrics = roomMetrics(audio, arguments.input);
    if (!arguments.output.empty())
        writeAudio(audio, arguments.output);
    return metrics;
}

std::string cell(const std::optional<double>& value, double scale, int digits)
{
    char text[32];
    if (!value)
        return "-";
    std::snprintf(text, sizeof text, "%.*f", digits, scale * *value);
    return text;
}

void printForPeople(const RoomMetrics& metrics)
{
    for (const auto& channel : metrics.channels) {
        std::printf("%s, onset %.4f s\n", channel.name.c_str(), channel.onsetS);
        std::printf("%8s %8s %8s %8s %8s %8s %8s %8s %8s %9s\n", "Hz", "EDT s", "T20 s", "T30 s", "C50 dB", "C80 dB",
                    "D50", "Ts ms", "DRR dB", "range dB");
        for (const auto& b : channel.bands)
            std::printf("%8s %8s %8s %8s %8s %8s %8s %8s %8s %9s\n",
                        b.centreHz > 0.0 ? cell(b.centreHz, 1.0, 0).c_str() : "all", cell(b.edtS, 1.0, 3).c_str(),
                        cell(b.t20S, 1.0, 3).c_str(), cell(b.t30S, 1.0, 3).c_str(), cell(b.c50Db, 1.0, 1).c_str(),
                        cell(b.c80Db, 1.0, 1).c_str(), cell(b.d50, 1.0, 2).c_str(), cell(b.tsS, 1e3, 0).c_str(),
                        cell(b.drrDb, 1.0, 1).c_str(), cell(b.rangeDb, 1.0, 0).c_str());
    }
    if (metrics.coherence.empty())
        return;
    std::printf("interaural cross-correlation\n%8s %8s %8s\n", "Hz", "early", "late");
    for (const auto& band : metrics.coherence)
        std::printf("%8s %8s %8s\n", band.centreHz > 0.0 ? cell(band.centreHz, 1.0, 0).c_str() : "all",
                    cell(band.early, 1.0, 2).c_str(), cell(band.late, 1.0, 2).c_str());
    std::puts("- : the response does not carry this value (too little decay above the noise)");
}

void response(const ResponseArguments& arguments)
{
    if (!arguments.output.empty())
        requireReplaceable(arguments.output, arguments.overwrite);
    const bool scene = arguments.input.ends_with(".json");
    const auto metrics = scene ? ofScene(arguments) : ofFile(arguments);
    if (arguments.json) {
        Json document = metricsToJson(metrics);
        document["input"] = arguments.input;
        document["source"] = scene && !arguments.source.empty() ? Json(arguments.source) : Json(nullptr);
        std::cout << document.dump(1) << '\n';
    } else {
        printForPeople(metrics);
    }
}

} // namespace

void addResponseCommand(CLI::App& app)
{
    auto* command =
        app.add_subcommand("response", "Room response of a source, or of a file, with its parameters after ISO 3382-1");
    auto arguments = std::make_shared<ResponseArguments>();
    command->add_option("input", arguments->input, "Scene (*.scene.json), or a response with one or two channels")
        ->required();
    command->add_option("--source", arguments->source, "Name of the source; the first one where left out");
    command->add_option("--head", arguments->head, "SOFA file of the head instead of the scene's");
    command->add_option("-o,--output", arguments->output, "Write the response of both ears, .wav or .flac");
    command->add_option("--rate", arguments->rateHz, "Sampling rate in Hz")
        ->check(CLI::Range(8000.0, 192000.0))
        ->capture_default_str();
    command->add_flag("--json", arguments->json, "One JSON document on stdout, with the decay curves");
    command->add_flag("--overwrite", arguments->overwrite, "Replace a file that Binaurium did not make");
    command->add_flag("--allow-outside", arguments->allowOutside, "Let the scene name files outside its folder");
    command->callback([arguments] { response(*arguments); });
}

} // namespace binaurium::cli
