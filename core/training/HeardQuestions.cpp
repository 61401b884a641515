// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/HeardQuestions.h"

#include "core/model/nn/FrontEnd.h"
#include "core/support/Parallel.h"
#include "core/training/HeardSlots.h"

namespace binaurium {
namespace {

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

// Of features [N, width] of one clip: [N, S, F].
torch::Tensor slotsOf(const torch::Tensor& spatial, const nn::SpatialEncoderConfig& encoder)
{
    return spatial.slice(1, encoder.hidden).unflatten(1, {encoder.slots, -1});
}

} // namespace

HeardQuestions::HeardQuestions(const QuestionCache& cache, const nn::SpatialEncoderConfig& encoder, double durationS)
{
    const auto& scenes = cache.asked();
    std::vector<std::vector<const Item*>> wrong(scenes.size());
    parallelFor(static_cast<std::int64_t>(scenes.size()), 0, [&](std::int64_t i) {
        const auto scene = scenes[static_cast<std::size_t>(i)];
        const auto heard = sourcesInSlots(slotsOf(cache.spatial()[scene], encoder), encoder, durationS);
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
