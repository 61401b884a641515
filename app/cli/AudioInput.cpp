// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioInput.h"

#include "app/cli/Command.h"
#include "core/acoustics/Renderer.h"
#include "core/audio/AudioFile.h"
#include "core/audio/AudioRange.h"
#include "core/audio/ListeningCheck.h"
#include "core/dataset/VisibleSources.h"
#include "core/model/SpeechReader.h"
#include "core/scene/SceneFile.h"
#include "core/support/Error.h"

#include <filesystem>
#include <iostream>
#include <sstream>

namespace binaurium::cli {

AudioBuffer readAudioOrScene(const std::string& path, bool allowOutside)
{
    if (path.ends_with(".json")) {
        RenderOptions options;
        options.sceneFolder = std::filesystem::path(path).parent_path();
        options.allowOutside = allowOutside;
        return renderScene(readScene(path), options).audio;
    }
    auto audio = readAudio(path);
    if (const auto why = whyNotTwoEars(audio.channels()); !why.empty())
        throw badInput(path, why);
    for (const auto concern : listeningConcerns(audio))
        std::cerr << path << ": " << sentence(concern) << '\n';
    return audio;
}

void QuestionInput::addTo(CLI::App& command)
{
    command.add_option("audio", audio, "Audio file, or a scene (*.scene.json)")->required();
    auto* typed = command.add_option("-q,--question", question, "The question");
    command.add_option("--spoken", spoken, "A recording of the question in English, instead of -q")->excludes(typed);
    command.add_option("--options", options, "Choices, separated by |");
    command.add_option("--from", fromS, "Start of the range that is asked about, seconds")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--to", toS, "Its end, seconds")->check(CLI::NonNegativeNumber);
    command.add_option(
        "--visible", visible,
        "What the model is told to be in view: LABEL@DEGREES,..., or 'scene' for what stands in front of "
        "the listener of a scene");
    command.add_flag("--allow-outside", allowOutside, "Let a scene name files outside its folder");
    addModelOptions(command, model);
}

std::vector<std::string> QuestionInput::choices() const
{
    std::vector<std::string> list;
    std::istringstream in(options);
    for (std::string option; std::getline(in, option, '|');)
        list.push_back(option);
    return list;
}

// What was typed, or said.
std::string QuestionInput::words() const
{
    if (!spoken.empty()) {
        const auto speech = binaurium::readAudio(spoken);
        const auto heard = inFile(spoken, [&] { return SpeechReader::load()->read(speech); });
        std::cerr << "question: " << heard << '\n';
        return heard;
    }
    if (question.empty())
        throw Error(ErrorKind::Usage, "give the question with -q, or a recording of it with --spoken");
    return question;
}

std::string QuestionInput::text() const
{
    const auto asked = words();
    if (visible.empty())
        return asked;
    if (visible != "scene")
        return visibleSentence(visibleFromText(visible)) + ' ' + asked;
    if (std::filesystem::path(audio).extension() != ".json")
        throw Error(ErrorKind::Usage, "--visible scene needs a scene; of a recording write LABEL@DEGREES");
    return visibleSentence(visibleObjects(readScene(audio), fieldOfViewDeg)) + ' ' + asked;
}

AudioBuffer QuestionInput::readAudio() const
{
    auto whole = readAudioOrScene(audio, allowOutside);
    if (toS <= 0.0 && fromS <= 0.0)
        return whole;
    const double endS = toS > 0.0 ? toS : whole.durationS();
    if (fromS >= endS || fromS >= whole.durationS())
        throw Error(ErrorKind::Usage, "the range of --from and --to is empty; the sound lasts " +
                                          std::to_string(whole.durationS()) + " s");
    return audioRange(whole, fromS, endS);
}

void addModelOptions(CLI::App& command, ModelOptions& options)
{
    command.add_option("--model", options.model, "Model folder, run or name (default: binaurium-small)");
    command.add_option("--device", options.device, "auto, cpu or cuda:N")->capture_default_str();
    command.add_option("--base", options.base, "Folder of Qwen2-Audio that the model stands on");
    command.add_option("--dtype", options.dtype, "auto, float32 or bfloat16 (language model)")->capture_default_str();
    command.add_option("--threads", options.threads, "Threads, 0: one per processor");
}

} // namespace binaurium::cli
