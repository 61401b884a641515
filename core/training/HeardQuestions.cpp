// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/HeardQuestions.h"

#include "core/dataset/Labels.h"
#include "core/model/Localizer.h"
#include "core/support/Parallel.h"

#include <cmath>

namespace binaurium {
namespace {

constexpr double presentFrom = 0.05; // mean activity of a slot that counts
constexpr double minorShare = 0.25;  // of the strongest slot's activity

// What heard sources do not tell (answerOfHeard): rooms, levels, movement.
bool isJudged(const Json& program)
{
    static const std::set<std::string> beyond{"reverberation", "room_size", "motion", "only_moving", "level"};
    if (program.is_string())
        return !beyond.contains(program.get<std::string>());
    if (program.is_structured())
        for (const auto& member : program)
            if (!isJudged(member))
                return false;
    return true;
}

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

std::vector<HeardSource> sourcesInFeatures(const torch::Tensor& spatial, const nn::SpatialEncoderConfig& encoder,
                                           double durationS)
{
    const std::int64_t classes = encoder.classes, bins = encoder.azimuthBins;
    const auto slots = spatial.slice(1, encoder.hidden).view({spatial.size(0), encoder.slots, 3 + classes + bins});
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

HeardQuestions::HeardQuestions(const QuestionCache& cache, const nn::SpatialEncoderConfig& encoder, double durationS)
{
    const auto& scenes = cache.asked();
    std::vector<std::vector<const Item*>> wrong(scenes.size());
    parallelFor(static_cast<std::int64_t>(scenes.size()), 0, [&](std::int64_t i) {
        const auto scene = scenes[static_cast<std::size_t>(i)];
        const auto heard = sourcesInFeatures(cache.spatial()[scene], encoder, durationS);
        for (const Item& item : cache.questions(scene)) {
            if (item.options.empty() || !isJudged(item.program))
                continue;
            const auto answer = answerOfHeard(item, heard);
            if (!answer || item.options[*answer] != item.answer)
                wrong[static_cast<std::size_t>(i)].push_back(&item);
        }
    });
    for (const auto& list : wrong)
        for (const Item* item : list) {
            contradicted_.insert(item);
            ++levels_[item->level].contradicted;
        }
    for (const auto scene : scenes)
        for (const Item& item : cache.questions(scene))
            levels_[item.level].judged += !item.options.empty() && isJudged(item.program) ? 1 : 0;
}

Json HeardQuestions::summary() const
{
    Json json;
    std::int64_t judged = 0;
    for (const auto& [level, count] : levels_) {
        judged += count.judged;
        json[level] =
            static_cast<double>(count.contradicted) / static_cast<double>(std::max<std::int64_t>(1, count.judged));
    }
    json["judged"] = judged;
    return json;
}

} // namespace binaurium
