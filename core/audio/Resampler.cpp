// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/Resampler.h"

#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <soxr.h>

namespace binaurium {
namespace {

constexpr std::size_t mostSamples = 500'000'000; // 2 GB; 2.9 hours at 48 kHz

} // namespace

std::vector<float> resample(std::span<const float> samples, double fromHz, double toHz)
{
    if (fromHz == toHz || samples.empty())
        return {samples.begin(), samples.end()};
    const auto count = static_cast<std::size_t>(std::llround(static_cast<double>(samples.size()) * toHz / fromHz));
    if (count > mostSamples)
        throw badInput("audio", "would have " + std::to_string(count) + " samples at " + std::to_string(toHz) +
                                    " Hz, more than the " + std::to_string(mostSamples) + " that are made at once");
    std::vector<float> result(count + 1);
    const auto quality = soxr_quality_spec(SOXR_VHQ, 0);
    const auto io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    const auto runtime = soxr_runtime_spec(1); // one thread: same bits everywhere
    std::size_t written = 0;
    const soxr_error_t error = soxr_oneshot(fromHz, toHz, 1, samples.data(), samples.size(), nullptr, result.data(),
                                            result.size(), &written, &io, &quality, &runtime);
    if (error != nullptr)
        throw Error(ErrorKind::Internal, std::string("resampling failed: ") + error);
    result.resize(count);
    if (written < count)
        std::fill(result.begin() + static_cast<std::ptrdiff_t>(written), result.end(), 0.0F);
    return result;
}

AudioBuffer resample(const AudioBuffer& audio, double rateHz)
{
    if (audio.rateHz() == rateHz)
        return audio;
    std::vector<std::vector<float>> channels;
    for (std::size_t c = 0; c < audio.channels(); ++c)
        channels.push_back(resample(audio.channel(c), audio.rateHz(), rateHz));
    AudioBuffer result(audio.channels(), channels.empty() ? 0 : channels[0].size(), rateHz);
    for (std::size_t c = 0; c < audio.channels(); ++c)
        std::copy(channels[c].begin(), channels[c].end(), result.channel(c).begin());
    return result;
}

} // namespace binaurium
