// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/ListeningCheck.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double silentPower = 1e-10; // -100 dB re full scale
constexpr double oneEarRatio = 1e-6;  // 60 dB
constexpr double sameRatio = 1e-8;    // difference of the ears 80 dB below their sum: rounding of a mono signal
constexpr float fullScale = 0.999F;   // 16 bits reach 0.99997
constexpr int clippedRun = 3;         // samples in a row; one peak may touch full scale without clipping
constexpr int clippedRuns = 3;        // of them
constexpr double lowRateHz = 16000.0; // pinna cues lie above 4 kHz, nothing above 8 kHz is left below this rate

int runsAtFullScale(std::span<const float> samples)
{
    int runs = 0, run = 0;
    for (const float s : samples) {
        run = std::abs(s) >= fullScale ? run + 1 : 0;
        runs += run == clippedRun ? 1 : 0;
    }
    return runs;
}

double square(float s)
{
    return static_cast<double>(s) * static_cast<double>(s);
}

} // namespace

void ListeningCheck::add(const AudioBuffer& block)
{
    twoChannels_ = twoChannels_ && block.channels() == 2;
    if (!twoChannels_)
        return;
    const auto left = block.channel(0);
    const auto right = block.channel(1);
    for (std::size_t n = 0; n < block.frames(); ++n) {
        left_ += square(left[n]);
        right_ += square(right[n]);
        difference_ += square(left[n] - right[n]);
    }
    frames_ += static_cast<double>(block.frames());
    clippedRuns_ += runsAtFullScale(left) + runsAtFullScale(right);
}

std::vector<ListeningConcern> ListeningCheck::concerns() const
{
    if (!twoChannels_)
        return {};
    std::vector<ListeningConcern> concerns;
    const double louder = std::max(left_, right_);
    if (louder <= silentPower * frames_)
        concerns.push_back(ListeningConcern::Silent);
    else if (std::min(left_, right_) <= oneEarRatio * louder)
        concerns.push_back(ListeningConcern::OneEarSilent);
    else if (difference_ <= sameRatio * (left_ + right_))
        concerns.push_back(ListeningConcern::SameInBothEars);
    if (clippedRuns_ >= clippedRuns)
        concerns.push_back(ListeningConcern::Clipped);
    if (rateHz_ < lowRateHz)
        concerns.push_back(ListeningConcern::LowRate);
    return concerns;
}

std::vector<ListeningConcern> listeningConcerns(const AudioBuffer& audio)
{
    ListeningCheck check(audio.rateHz());
    check.add(audio);
    return check.concerns();
}

std::string sentence(ListeningConcern concern)
{
    switch (concern) {
    case ListeningConcern::Silent:
        return "The sound is silent: there is nothing to hear in it.";
    case ListeningConcern::OneEarSilent:
        return "One channel is silent: everything will seem to come from the other side.";
    case ListeningConcern::SameInBothEars:
        return "Both channels are the same (mono): where sounds come from cannot be heard.";
    case ListeningConcern::Clipped:
        return "The sound is clipped: levels and timbre, and with them places, are distorted.";
    case ListeningConcern::LowRate:
        return "The sampling rate is low, as of a telephone: front and behind cannot be told apart.";
    }
    return {};
}

std::string whyNotTwoEars(std::size_t channels)
{
    if (channels == 2)
        return {};
    if (channels == 1)
        return "is mono; where a sound comes from can only be heard with two ears: give a two-channel recording";
    const std::string what = channels == 6 ? " channels (5.1 surround?)" : " channels";
    return "has " + std::to_string(channels) + what +
           ", which are loudspeakers or microphones, not ears; give a two-channel (left, right) recording";
}

} // namespace binaurium
