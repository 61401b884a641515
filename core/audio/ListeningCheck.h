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

// The same for a sound that comes in blocks; a run of clipped samples across two blocks counts as two.
class ListeningCheck
{
public:
    explicit ListeningCheck(double rateHz) : rateHz_(rateHz) {}
    void add(const AudioBuffer& block);
    [[nodiscard]] std::vector<ListeningConcern> concerns() const; // none unless all blocks had two channels

private:
    double rateHz_;
    bool twoChannels_ = true;
    double frames_ = 0.0;
    double left_ = 0.0, right_ = 0.0, difference_ = 0.0; // sums of squares
    int clippedRuns_ = 0;
};

// In a sentence: what it is and what follows from it.
[[nodiscard]] std::string sentence(ListeningConcern concern);

// Why audio with this many channels cannot be asked about and what to do; empty for two.
[[nodiscard]] std::string whyNotTwoEars(std::size_t channels);

} // namespace binaurium
