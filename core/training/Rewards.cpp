// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Rewards.h"

#include "core/dataset/Answers.h"
#include "core/dataset/EvidenceCheck.h"

#include <cmath>
#include <limits>

namespace binaurium {

Rewards rewardsOf(const Item& item, const std::vector<std::string>& options, const std::string& text, int tokens,
                  bool ended, const GrpoStageOptions& stage)
{
    Rewards r;
    if (options.empty()) {
        r.total = std::numeric_limits<double>::quiet_NaN();
        return r;
    }
    const auto [evidence, answer] = splitEvidence(text);
    const auto chosen = parseChoice(answer, options);
    r.right = chosen && options[*chosen] == item.answer;
    r.answer = r.right ? stage.answerReward : 0.0;
    const bool isPlain = chosen && (answer == options[*chosen] || answer == options[*chosen] + ".");
    r.format = ended && isPlain ? stage.formatReward : 0.0;
    if (stage.evidenceReward > 0.0)
        r.evidence = stage.evidenceReward * evidenceAgreement(evidence, item.evidence);
    const double half = 0.5 * stage.maxTokens;
    r.length = -stage.lengthPenalty * std::max(0.0, (tokens - half) / half);
    r.total = r.answer + r.format + r.evidence + r.length;
    return r;
}

Json toJson(const Rewards& r)
{
    return {{"answer", r.answer}, {"format", r.format}, {"evidence", r.evidence}, {"length", r.length}};
}

} // namespace binaurium
