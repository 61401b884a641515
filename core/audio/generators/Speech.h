// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <string>

namespace binaurium {

// False where the program was built without libespeak-ng.
[[nodiscard]] bool speechAvailable() noexcept;

// A sentence spoken by a voice of espeak-ng ("en-us", "en-gb+f3"), one channel at the rate of the synthesiser. Safe
// from any thread: calls wait for each other. Throws Missing without the library, BadInput for an unknown voice.
[[nodiscard]] AudioBuffer speak(const std::string& sentence, const std::string& voice);

} // namespace binaurium
