// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/SpatialEncoder.h"
#include "core/training/QuestionCache.h"

#include <unordered_set>

namespace binaurium {

// The questions of a cache whose answer contradicts what the frozen encoder heard: it took the telephone for a kettle,
// or has not heard it at all. The tokens cannot lead to such an answer, so it teaches a language model to distrust
// them. Judged by the program of the question over the heard sources; questions about rooms, levels and movement, of
// which these say nothing, never contradict. Immutable; the cache must outlive it.
class HeardQuestions
{
public:
    HeardQuestions(const QuestionCache& cache, const nn::SpatialEncoderConfig& encoder, double durationS);

    [[nodiscard]] bool contradict(const Item& item) const { return contradicted_.contains(&item); }
    // {"L1": share of the judged questions that contradict, ..., "judged": number}
    [[nodiscard]] Json summary() const;

private:
    struct Count
    {
        std::int64_t judged = 0, contradicted = 0;
    };
    std::unordered_set<const Item*> contradicted_;
    std::map<std::string, Count> levels_;
};

} // namespace binaurium
