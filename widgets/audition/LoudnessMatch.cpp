// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/audition/LoudnessMatch.h"

#include <algorithm>
#include <cmath>
#include <ebur128.h>
#include <memory>
#include <vector>

namespace binaurium {
namespace {

constexpr double floorLufs = -120.0;

double rmsDb(const AudioBuffer& audio)
{
    double sum = 0.0;
    for (const float s : audio.all())
        sum += static_cast<double>(s) * static_cast<double>(s);
    const double frames = std::max<double>(1.0, static_cast<double>(audio.frames()));
    // The channels' powers add up and BS.1770 takes 0.691 dB off.
    return std::max(floorLufs, 10.0 * std::log10(std::max(1e-30, sum / frames)) - 0.691);
}

} // namespace

double loudnessLufs(const AudioBuffer& audio)
{
    struct Free
    {
        void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
    };
    const std::unique_ptr<ebur128_state, Free> state(ebur128_init(
        static_cast<unsigned>(audio.channels()), static_cast<unsigned long>(audio.rateHz()), EBUR128_MODE_I));
    if (!state || audio.frames() == 0)
        return rmsDb(audio);
    std::vector<float> interleaved(audio.channels() * audio.frames());
    for (std::size_t c = 0; c < audio.channels(); ++c)
        for (std::size_t n = 0; n < audio.frames(); ++n)
            interleaved[n * audio.channels() + c] = audio.channel(c)[n];
    double loudness = 0.0;
    if (ebur128_add_frames_float(state.get(), interleaved.data(), audio.frames()) != EBUR128_SUCCESS ||
        ebur128_loudness_global(state.get(), &loudness) != EBUR128_SUCCESS || !std::isfinite(loudness))
        return rmsDb(audio);
    return std::max(floorLufs, loudness);
}

std::pair<float, float> matchingGains(const AudioBuffer& a, const AudioBuffer& b)
{
    const double difference = loudnessLufs(a) - loudnessLufs(b);
    const auto down = [](double decibels) {
        return static_cast<float>(std::pow(10.0, -std::max(0.0, decibels) / 20.0));
    };
    return {down(difference), down(-difference)};
}

} // namespace binaurium
