// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <memory>
#include <string>

namespace binaurium {

// English speech to text, for spoken questions: encoder and decoder of Whisper tiny.en, on this computer. Used from one
// thread at a time.
class SpeechReader
{
public:
    static constexpr double longestS = 30.0;

    // Throws Missing where the weights are not on this computer, BadInput when they are damaged.
    [[nodiscard]] static std::unique_ptr<SpeechReader> load();
    virtual ~SpeechReader() = default;

    // Audio of any rate, one or two channels (their mean is read), at most longestS. Throws BadInput for more, and
    // where nothing is to be heard.
    [[nodiscard]] virtual std::string read(const AudioBuffer& speech) = 0;
};

} // namespace binaurium
