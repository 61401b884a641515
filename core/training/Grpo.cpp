// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Grpo.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double deviationFloor = 1e-4;  // keeps tiny differences of reward from becoming large advantages
constexpr double largestLogRatio = 20.0; // exp() stays finite
constexpr double sapoTauGain = 1.0;      // temperatures of the soft gate for positive and negative advantages
constexpr double sapoTauLoss = 1.05;

// Loss of each token, [R, T].
torch::Tensor tokenLoss(const torch::Tensor& ratio, const torch::Tensor& advantage, const GrpoLossOptions& options)
{
    if (options.variant == "sapo") {
        const auto tau = torch::where(advantage > 0.0, sapoTauGain, sapoTauLoss);
        return -torch::sigmoid(tau * (ratio - 1.0)) * 4.0 / tau * advantage;
    }
    const auto clipped = ratio.clamp(1.0 - options.clipLow, 1.0 + options.clipHigh);
    return -torch::min(ratio * advantage, clipped * advantage);
}

} // namespace

torch::Tensor groupAdvantages(const torch::Tensor& rewards, bool scaled)
{
    const auto scorable = rewards.isnan().logical_not();
    const auto n = scorable.sum(1, true).to(torch::kDouble);
    const auto known = torch::where(scorable, rewards.to(torch::kDouble), 0.0);
    const auto spread =
        torch::where(scorable, known, -INFINITY).amax(1, true) > torch::where(scorable, known, INFINITY).amin(1, true);
    const auto difference =
        torch::where(scorable.logical_and(spread), known - known.sum(1, true) / n.clamp_min(1.0), 0.0);
    if (!scaled)
        return difference.to(torch::kFloat);
    const auto deviation = (difference.pow(2).sum(1, true) / (n - 1.0).clamp_min(1.0)).sqrt();
    return (difference / (deviation + deviationFloor)).to(torch::kFloat);
}

double zeroVarianceShare(const torch::Tensor& rewards)
{
    const auto scorable = rewards.isnan().logical_not();
    const auto highest = torch::where(scorable, rewards, -INFINITY).amax(1);
    const auto lowest = torch::where(scorable, rewards, INFINITY).amin(1);
    return (highest <= lowest).to(torch::kDouble).mean().item<double>();
}

GrpoLoss grpoLoss(const GrpoInput& input, const GrpoLossOptions& options, const GrpoCounts& counts)
{
    const auto mask = input.mask.to(torch::kFloat);
    const auto old = input.old.defined() ? input.old : input.logProbs.detach();
    const auto ratio = torch::exp((input.logProbs - old).clamp(-largestLogRatio, largestLogRatio));
    const auto advantage = input.advantage.unsqueeze(1);
    auto loss = tokenLoss(ratio, advantage, options);
    GrpoLoss result;
    if (input.reference.defined()) {
        const auto gap = (input.reference - input.logProbs).clamp(-largestLogRatio, largestLogRatio);
        const auto kl = torch::exp(gap) - gap - 1.0; // Schulman's k3: unbiased, never negative
        loss = loss + options.klWeight * kl;
        result.kl = (kl.detach() * mask).sum().item<double>();
    }
    loss = torch::where(input.mask, loss, 0.0);
    if (options.variant == "dapo")
        result.total = loss.sum() / std::max(1.0, counts.tokens);
    else if (options.variant == "dr_grpo")
        result.total = loss.sum() / (std::max(1.0, counts.completions) * options.maxTokens);
    else // grpo and sapo: every completion counts the same
        result.total = (loss.sum(1) / mask.sum(1).clamp_min(1.0)).sum() / std::max(1.0, counts.completions);
    const auto beyond = torch::where(advantage > 0.0, ratio > 1.0 + options.clipHigh, ratio < 1.0 - options.clipLow);
    result.clipped = (beyond.to(torch::kFloat) * mask).sum().item<double>();
    return result;
}

} // namespace binaurium
