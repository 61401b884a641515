// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <cstdint>
#include <vector>

namespace binaurium {

// A recording at a glance: its waveform and spectrogram in a fixed number of columns, however long it is.
struct SoundOverview
{
    static constexpr double lowestHz = 60.0;

    double durationS = 0.0;
    double highestHz = 0.0;
    std::size_t columns = 0;
    std::size_t bands = 0;
    std::vector<float> low, high; // [column], smallest and largest sample of all channels
    std::vector<float> levelDb;   // [column][band], mean power of the channels' mean re the loudest, -100 .. 0

    // Centre of band k of the `bands` that lie equally spaced in log frequency between lowestHz and highestHz.
    [[nodiscard]] double bandHz(std::size_t band) const;
};

// Makes an overview of a sound that comes in blocks; memory does not grow with the sound.
class OverviewMaker
{
public:
    // `frames` as expected; a sound that turns out shorter leaves the last columns empty, what is longer is left out.
    OverviewMaker(double rateHz, std::int64_t frames);
    void add(const AudioBuffer& block);
    [[nodiscard]] SoundOverview finish();

private:
    [[nodiscard]] std::size_t columnOf(std::int64_t frame) const;
    void transform();

    double rateHz_;
    std::int64_t frames_;
    std::int64_t hop_;
    std::int64_t done_ = 0; // frames that came
    std::int64_t next_ = 0; // start of the next transform
    std::vector<float> pending_, window_;
    std::vector<std::size_t> bandOfBin_;
    std::vector<int> looks_; // transforms per column
    SoundOverview overview_;
};

[[nodiscard]] SoundOverview soundOverview(const AudioBuffer& audio);

} // namespace binaurium
