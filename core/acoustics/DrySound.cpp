// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/DrySound.h"

#include "core/audio/AudioFile.h"
#include "core/audio/Loudness.h"
#include "core/audio/MixDown.h"
#include "core/audio/Resampler.h"
#include "core/audio/generators/Generators.h"
#include "core/scene/SceneFile.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr double sourceLevelRms = 0.0707945784; // sourceLevelDb
constexpr double edgeFadeS = 0.005;
constexpr double shortestGeneratedS = 0.05;

std::vector<float> fileSound(const std::filesystem::path& path, double rateHz)
{
    const auto audio = readAudio(path);
    return resample(mixDown(audio), audio.rateHz(), rateHz);
}

std::vector<float> generatedSound(const Source& source, double lengthS, double rateHz)
{
    const auto known = generators();
    if (std::none_of(known.begin(), known.end(), [&](const auto& g) { return source.sound.generator == g.name; }))
        throw badInput("source '" + source.name + "'", "there is no generator '" + source.sound.generator + "'");
    return generateSound(source.sound.generator, source.sound.generatorSeed, std::max(shortestGeneratedS, lengthS),
                         rateHz);
}

} // namespace

std::vector<float> drySound(const Source& source, double lengthS, double rateHz,
                            const std::filesystem::path& sceneFolder, bool allowOutside)
{
    auto sound = source.sound.generator.empty()
                     ? fileSound(resolveSceneFile(sceneFolder, source.sound.file, allowOutside), rateHz)
                     : generatedSound(source, lengthS, rateHz);
    const double rms = activeRms(sound, rateHz);
    if (rms <= 0.0)
        throw badInput("source '" + source.name + "'", "its sound is silent");
    const auto gain = static_cast<float>(4.0 * std::numbers::pi * sourceLevelRms / rms);
    for (float& s : sound)
        s *= gain;
    return sound;
}

double DryTimeline::lengthS(const Source& source, double sceneDurationS) noexcept
{
    const double end = source.endS > 0.0 ? std::min(source.endS, sceneDurationS) : sceneDurationS;
    return std::max(0.0, end - source.startS);
}

DryTimeline::DryTimeline(const Source& source, double sceneDurationS, double rateHz, std::size_t soundFrames)
    : first_(static_cast<std::int64_t>(source.startS * rateHz)), fadeSamples_(edgeFadeS * rateHz),
      fade_(static_cast<std::int64_t>(std::ceil(fadeSamples_)))
{
    const auto frames = static_cast<std::int64_t>(std::llround(sceneDurationS * rateHz));
    const auto length = static_cast<std::int64_t>(lengthS(source, sceneDurationS) * rateHz);
    count_ = std::clamp<std::int64_t>(frames - first_, 0, length);
    if (!source.loop)
        count_ = std::min(count_, static_cast<std::int64_t>(soundFrames));
    if (soundFrames == 0)
        count_ = 0;
}

} // namespace binaurium
