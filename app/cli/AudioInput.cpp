// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioInput.h"

#include "core/acoustics/Renderer.h"
#include "core/audio/AudioFile.h"
#include "core/scene/SceneFile.h"
#include "core/support/Error.h"

#include <filesystem>

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
    if (audio.channels() == 1)
        throw badInput(
            path, "is mono; where a sound comes from can only be heard with two ears: give a two-channel recording");
    if (audio.channels() != 2)
        throw badInput(path, "has " + std::to_string(audio.channels()) +
                                 " channels; give a two-channel (left, right) recording");
    return audio;
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
