// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"
#include "core/model/HearingModel.h"

#include <CLI/CLI.hpp>
#include <string>

namespace binaurium::cli {

// Two-channel audio of a file, or of a scene rendered on the spot (names ending in .json). Throws BadInput for mono and
// other layouts with the sentence what to do.
[[nodiscard]] AudioBuffer readAudioOrScene(const std::string& path, bool allowOutside);

// --model, --device, --dtype, --threads.
void addModelOptions(CLI::App& command, ModelOptions& options);

} // namespace binaurium::cli
