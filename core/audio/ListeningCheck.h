// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <string>
#include <vector>

namespace binaurium {

// What makes it doubtful that places are heard in a two-channel recording that can be asked about all the same.
enum class ListeningConcern {
    Silent,         // nothing above -100 dBFS
    OneEarSilent,   // one channel at least 60 dB below the other
    SameInBothEars, // mono in two channels
    Clipped,        // runs of samples at full scale
    LowRate         // below 16 kHz sampling rate: the cues of front and behind are missing
};
[[nodiscard]] std::vector<ListeningConcern> listeningConcerns(const AudioBuffer& audio);

// In a sentence: what it is and what follows from it.
[[nodiscard]] std::string sentence(ListeningConcern concern);

// Why audio with this many channels cannot be asked about and what to do; empty for two.
[[nodiscard]] std::string whyNotTwoEars(std::size_t channels);

} // namespace binaurium
