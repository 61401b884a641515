// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <string>

namespace binaurium {

// What is measured on a dry sound after it was cut and levelled.
struct SoundMeasures
{
    double durationS = 0.0;
    double levelDb = 0.0;        // of the parts that sound, dB re full scale
    double rolloffHz = 0.0;      // 99 % of the energy lies below
    double shortestDecayS = 0.0; // time for 60 dB, from the fastest free decay of at least 25 dB; 0: there is none
};

struct PreparedSound
{
    AudioBuffer audio; // one channel at SoundPreparation::rateHz; empty where `refusal` says why
    SoundMeasures measures;
    std::string refusal;
};

// How any recording becomes a dry sound of the catalogue: one channel, 32 kHz, without silence at both ends, at most
// 4 s, levelled. Too low a rate, silence and reverberant recordings are refused.
struct SoundPreparation
{
    static constexpr double rateHz = 32000.0;
    static constexpr double lowestRateHz = 22050.0; // of the source: below, the cues of the pinna are missing
    static constexpr double longestS = 4.0;
    static constexpr double shortestS = 0.03;
    static constexpr double levelDb = -23.0; // dB re full scale, less where peaks would pass -1 dB
    // A dry recording has at least one part that stops faster than a room of this reverberation time lets it.
    static constexpr double reverberantS = 0.6;
};

// `resonant` sounds (struck or blown instruments, bells) ring by themselves: their decay says nothing about a room.
[[nodiscard]] PreparedSound prepareSound(const AudioBuffer& recording, bool resonant);

// Reverberation time by the fastest free decay of the 10 ms energy envelope that falls by at least 25 dB without
// rising again, from its regression between -5 and -25 dB; 0 when there is none.
[[nodiscard]] double shortestDecayS(std::span<const float> samples, double rateHz);

} // namespace binaurium
