// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"
#include "core/model/HearingModel.h"

#include <CLI/CLI.hpp>
#include <string>

namespace binaurium::cli {

// Two-channel audio of a file, or of a scene rendered on the spot (names ending in .json). Throws BadInput for mono and
// other layouts with the sentence what to do; says on stderr what is doubtful about the sound.
[[nodiscard]] AudioBuffer readAudioOrScene(const std::string& path, bool allowOutside);

// What is asked about which sound: the arguments that ask and explain share.
struct QuestionInput
{
    std::string audio, question, spoken, options, visible;
    double fromS = 0.0;
    double toS = 0.0; // 0: to the end
    bool allowOutside = false;
    ModelOptions model;

    void addTo(CLI::App& command);
    [[nodiscard]] std::vector<std::string> choices() const; // of --options
    // The question as the model gets it, after what is visible; read from speech where it is spoken. Throws Usage,
    // BadInput, Missing.
    [[nodiscard]] std::string text() const;
    // The sound, or the range of it that was chosen. Throws BadInput, Usage for an empty range.
    [[nodiscard]] AudioBuffer readAudio() const;

private:
    [[nodiscard]] std::string words() const;
};

// --model, --device, --dtype, --threads.
void addModelOptions(CLI::App& command, ModelOptions& options);

} // namespace binaurium::cli
