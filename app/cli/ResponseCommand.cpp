// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"

#include "core/acoustics/HeadCatalogue.h"
#include "core/acoustics/MeasuredRoom.h"
#include "core/acoustics/Response.h"
#include "core/acoustics/RoomMetrics.h"
#include "core/audio/AudioFile.h"
#include "core/scene/SceneFile.h"
#include "core/scene/SceneValidation.h"
#include "core/support/Error.h"
#include "core/support/Log.h"

#include <algorithm>
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
    std::string tail = "statistical";
    double rateHz = 48000.0;
    double timeS = 0.0;
    bool json = false;
    bool allowOutside = false;
    bool overwrite = false;
};

std::size_t chosenSource(const Scene& scene, const ResponseArguments& arguments)
{
    if (scene.sources.empty())
        throw badInput(arguments.input, "the scene has no source");
    if (arguments.source.empty())
        return 0;
    std::string names;
    for (std::size_t i = 0; i < scene.sources.size(); ++i) {
        if (scene.sources[i].name == arguments.source)
            return i;
        names += (i > 0 ? ", '" : "'") + scene.sources[i].name + "'";
    }
    throw Error(ErrorKind::Usage,
                arguments.input + ": there is no source '" + arguments.source + "'; the scene has " + names);
}

// Parameters need 50 ms after the onset, which the responses of dry rooms do not fill: silence follows them.
AudioBuffer longEnough(const AudioBuffer& audio, double onsetS)
{
    const auto frames = static_cast<std::size_t>((onsetS + 0.1) * audio.rateHz());
    if (audio.frames() >= frames)
        return audio;
    AudioBuffer longer(audio.channels(), frames, audio.rateHz());
    for (std::size_t c = 0; c < audio.channels(); ++c)
        std::copy(audio.channel(c).begin(), audio.channel(c).end(), longer.channel(c).begin());
    return longer;
}

void writeEars(const ResponseArguments& arguments, const Source& source, const AudioBuffer& ears)
{
    if (!arguments.output.empty())
        writeAudio(ears, arguments.output, SampleFormat::Float32,
                   "response of '" + source.name + "' in " +
                       std::filesystem::path(arguments.input).filename().string());
}

RoomMetrics ofMeasuredRoom(const ResponseArguments& arguments, const Scene& scene, const Source& source)
{
    if (!arguments.head.empty())
        throw Error(ErrorKind::Usage, arguments.input + ": the room is measured with a head; leave out --head");
    const auto folder = std::filesystem::path(arguments.input).parent_path();
    const MeasuredRoom room(resolveSceneFile(folder, scene.room.measured, arguments.allowOutside), arguments.rateHz);
    const auto wanted = relativePosition(scene.listener, source.positionM);
    if (const auto warning = room.warningOfDirection(source.name, wanted))
        log(LogLevel::Warning, *warning);
    const auto ears = room.response(room.nearest(wanted));
    writeEars(arguments, source, ears);
    return roomMetrics(ears, arguments.input);
}

// Of a room that is computed: at the place of the head without it (omni), which ISO 3382-1 asks for, and at both ears.
RoomMetrics ofComputedRoom(const ResponseArguments& arguments, const Scene& scene, std::size_t sourceIndex)
{
    ResponseOptions options;
    options.rateHz = arguments.rateHz;
    options.seed = scene.seed;
    options.sourceIndex = sourceIndex;
    options.tail = arguments.tail == "images" ? Tail::Images : Tail::Statistical;
    options.threads = 0;
    const Source& source = scene.sources[sourceIndex];
    const auto folder = std::filesystem::path(arguments.input).parent_path();
    const auto& named = scene.listener.head;
    const auto headFile = !arguments.head.empty() ? std::filesystem::path(arguments.head)
                          : named == "default"    ? defaultHeadFile()
                                                  : resolveSceneFile(folder, named, arguments.allowOutside);
    const auto head = Head::load(headFile, {.rateHz = options.rateHz});
    const RoomAcoustics room(scene.room);
    const auto omni = renderResponse(room, source, scene.listener, nullptr, 1, options);
    const auto ears = renderResponse(room, source, scene.listener, head.get(), 2, options);
    writeEars(arguments, source, ears.audio);
    const double directS = length(source.positionM - scene.listener.positionM) / room.speedOfSoundMPerS();
    RoomMetrics metrics = roomMetrics(longEnough(ears.audio, directS), arguments.input);
    const auto alone = longEnough(omni.audio, directS);
    auto channel = channelMetrics(alone.channel(0), options.rateHz, "omni", arguments.input);
    metrics.channels.insert(metrics.channels.begin(), std::move(channel));
    return metrics;
}

RoomMetrics ofScene(const ResponseArguments& arguments)
{
    const Scene scene = sceneAt(readScene(arguments.input), arguments.timeS);
    const std::size_t index = chosenSource(scene, arguments);
    return inFile(arguments.input, [&] {
        return scene.room.measured.empty() ? ofComputedRoom(arguments, scene, index)
                                           : ofMeasuredRoom(arguments, scene, scene.sources[index]);
    });
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
    command->add_option("--time", arguments->timeS, "Where things move: the time in s at which they are looked at")
        ->check(CLI::Range(0.0, SceneLimits::durationMaxS))
        ->capture_default_str();
    command->add_option("--tail", arguments->tail, "Late part: statistical, or images (every image source, slow)")
        ->check(CLI::IsMember({"statistical", "images"}))
        ->capture_default_str();
    command->add_flag("--json", arguments->json, "One JSON document on stdout, with the decay curves");
    command->add_flag("--overwrite", arguments->overwrite, "Replace a file that Binaurium did not make");
    command->add_flag("--allow-outside", arguments->allowOutside, "Let the scene name files outside its folder");
    command->callback([arguments] { response(*arguments); });
}

} // namespace binaurium::cli
