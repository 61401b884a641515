// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/HeardSlots.h"

#include "core/dataset/Labels.h"
#include "core/model/Localizer.h"
#include "core/scene/Geometry.h"

#include <cmath>

namespace binaurium {
namespace {

constexpr double nearDeg = 20.0; // azimuth

// First and last moment of a slot, s.
std::pair<double, double> timesOf(const torch::Tensor& activity, double durationS)
{
    const auto n = activity.size(0);
    std::int64_t first = n, last = 0;
    for (std::int64_t t = 0; t < n; ++t)
        if (activity[t].item<double>() >= soundingActivity) {
            first = std::min(first, t);
            last = t + 1;
        }
    if (first == n)
        return {0.0, durationS};
    const double tokenS = durationS / static_cast<double>(n);
    return {static_cast<double>(first) * tokenS, static_cast<double>(last) * tokenS};
}

} // namespace

std::vector<HeardSource> sourcesInSlots(const torch::Tensor& slots, const nn::SpatialEncoderConfig& encoder,
                                        double durationS)
{
    const std::int64_t classes = encoder.classes, bins = encoder.azimuthBins;
    const auto mean = slots.mean(0).to(torch::kFloat).contiguous(); // [S, F], all but the first weighted by activity
    const double strongest = mean.select(1, 0).max().item<double>();
    std::vector<HeardSource> sources;
    for (std::int64_t s = 0; s < mean.size(0); ++s) {
        const double activity = mean[s][0].item<double>();
        if (activity < std::max(presentFrom, minorShare * strongest))
            continue;
        const auto about = (mean[s].slice(0, 1) / activity).contiguous();
        const auto label = about.slice(0, 0, classes).argmax().item<std::int64_t>();
        const auto azimuth = nn::decodeAzimuth(about.slice(0, classes).const_data_ptr<float>(), static_cast<int>(bins));
        HeardSource source;
        source.label = labels()[static_cast<std::size_t>(label)].id;
        source.direction = {azimuth.azimuthDeg, nn::elevationUnitDeg * about[classes + bins].item<double>()};
        source.distanceM = std::exp(about[classes + bins + 1].item<double>());
        std::tie(source.startS, source.endS) = timesOf(slots.select(1, s).select(1, 0), durationS);
        const bool isKnown = std::any_of(sources.begin(), sources.end(), [&](const HeardSource& other) {
            return other.label == source.label && onOneCone(other.direction.azimuthDeg, source.direction.azimuthDeg);
        });
        if (!isKnown)
            sources.push_back(source);
    }
    return sources;
}

void MixtureCounts::add(const std::vector<HeardSource>& truth, const std::vector<HeardSource>& heard)
{
    const auto isNear = [](const HeardSource& a, const HeardSource& b) {
        return azimuthDifferenceDeg(a.direction.azimuthDeg, b.direction.azimuthDeg) <= nearDeg;
    };
    ++clips;
    for (const HeardSource& source : truth) {
        ++sources;
        bound += std::any_of(heard.begin(), heard.end(),
                             [&](const HeardSource& h) { return h.label == source.label && isNear(h, source); });
    }
    if (truth.size() != 2)
        return;
    ++pairs;
    bool within = false;
    for (const HeardSource& first : heard)
        for (const HeardSource& second : heard)
            within = within || (&first != &second && isNear(first, truth[0]) && isNear(second, truth[1]));
    pairsWithin += within ? 1 : 0;
}

} // namespace binaurium
