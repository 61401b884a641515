// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Occlusion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace binaurium {
namespace {

constexpr double fadeS = 0.005;

// Gain of a muted range at a time: 1 outside, 0 inside, linear over the fade before and after it.
float muted(double timeS, double fromS, double toS)
{
    const double outside = std::max(fromS - timeS, timeS - toS);
    return static_cast<float>(std::clamp(outside / fadeS, 0.0, 1.0));
}

} // namespace

std::string occlusionId(Occlusion::Kind kind)
{
    constexpr std::array ids{"mute-range", "mirror-ears", "mono", "zero-slot", "zero-spatial", "zero-semantic"};
    return ids[static_cast<std::size_t>(kind)];
}

AudioBuffer occluded(AudioBuffer audio, const Occlusion& occlusion)
{
    auto left = audio.channel(0);
    auto right = audio.channel(audio.channels() - 1);
    const double toS = occlusion.toS > 0.0 ? occlusion.toS : audio.durationS() + fadeS;
    for (std::size_t n = 0; n < audio.frames(); ++n)
        if (occlusion.kind == Occlusion::Kind::MirrorEars)
            std::swap(left[n], right[n]);
        else if (occlusion.kind == Occlusion::Kind::Mono)
            left[n] = right[n] = 0.5F * (left[n] + right[n]);
        else if (occlusion.kind == Occlusion::Kind::MuteRange) {
            const float gain = muted(static_cast<double>(n) / audio.rateHz(), occlusion.fromS, toS);
            left[n] *= gain;
            right[n] *= gain;
        }
    return audio;
}

std::vector<Occlusion> usualOcclusions(double durationS, int ranges, int slots)
{
    std::vector<Occlusion> list;
    for (int i = 0; i < ranges; ++i)
        list.push_back({Occlusion::Kind::MuteRange, durationS * i / ranges, durationS * (i + 1) / ranges, 0});
    list.push_back({Occlusion::Kind::MirrorEars, 0.0, 0.0, 0});
    list.push_back({Occlusion::Kind::Mono, 0.0, 0.0, 0});
    for (int i = 0; i < slots; ++i)
        list.push_back({Occlusion::Kind::ZeroSlot, 0.0, 0.0, i});
    list.push_back({Occlusion::Kind::ZeroSpatial, 0.0, 0.0, 0});
    list.push_back({Occlusion::Kind::ZeroSemantic, 0.0, 0.0, 0});
    return list;
}

Json occlusionToJson(const OcclusionResult& result)
{
    const auto& o = result.occlusion;
    Json json{{"occlusion", occlusionId(o.kind)}};
    if (o.kind == Occlusion::Kind::ZeroSlot)
        json["slot"] = o.slot;
    if (o.toS > 0.0) {
        json["from_s"] = o.fromS;
        json["to_s"] = o.toS;
    }
    json["log_probability"] = result.logProbability;
    json["change"] = result.change;
    if (!result.choice.empty())
        json["choice"] = result.choice;
    return json;
}

} // namespace binaurium
