// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/EncoderLoss.h"

#include <algorithm>
#include <numeric>

namespace binaurium {
namespace {

namespace F = torch::nn::functional;

constexpr double azimuthSigmaDeg = 7.0;
constexpr double elevationWeight = 0.5;
constexpr double distanceWeight = 0.5;
constexpr double activityWeight = 0.5;
constexpr double roomWeight = 0.1;

// [..] degrees -> [.., bins] probabilities around each azimuth.
torch::Tensor softBins(const torch::Tensor& azimuthDeg, std::int64_t bins)
{
    const auto centres = torch::arange(bins, azimuthDeg.device()) * (360.0 / static_cast<double>(bins));
    const auto difference = torch::remainder(azimuthDeg.unsqueeze(-1) - centres + 180.0, 360.0) - 180.0;
    return torch::softmax(-difference.pow(2) / (2.0 * azimuthSigmaDeg * azimuthSigmaDeg), -1);
}

torch::Tensor smoothL1(const torch::Tensor& a, const torch::Tensor& b)
{
    return F::smooth_l1_loss(a, b, F::SmoothL1LossFuncOptions().reduction(torch::kNone));
}

// Costs of giving source j to slot i, [B, slot, source], as the mean over the frames.
struct PairCosts
{
    torch::Tensor activity, azimuth, elevation, distance, label;
    [[nodiscard]] torch::Tensor sum() const { return activity + azimuth + elevation + distance + label; }
};

PairCosts pairCosts(const nn::SpatialEncoding& e, const EncoderTargets& t, double labelWeight)
{
    const auto active = t.activity.unsqueeze(2); // [B, T, 1, source]
    const auto frames = static_cast<double>(t.activity.size(1));
    const auto overFrames = [&](const torch::Tensor& perFrame) { return (perFrame * active).sum(1) / frames; };
    PairCosts c;
    const auto logits = e.activity.unsqueeze(3).expand({-1, -1, -1, t.activity.size(2)});
    c.activity = activityWeight * F::binary_cross_entropy_with_logits(
                                      logits, active.expand_as(logits),
                                      F::BinaryCrossEntropyWithLogitsFuncOptions().reduction(torch::kNone))
                                      .mean(1);
    const auto soft = softBins(t.azimuthDeg, e.azimuth.size(3)); // [B, T, source, bins]
    const auto weight = torch::cos(t.elevationDeg * (M_PI / 180.0)).unsqueeze(2);
    c.azimuth = overFrames(-torch::einsum("btik,btjk->btij", {torch::log_softmax(e.azimuth, 3), soft}) * weight);
    c.elevation =
        elevationWeight * overFrames(smoothL1(e.elevation.unsqueeze(3).expand_as(logits),
                                              (t.elevationDeg / nn::elevationUnitDeg).unsqueeze(2).expand_as(logits)));
    c.distance = distanceWeight * overFrames(smoothL1(e.logDistance.unsqueeze(3).expand_as(logits),
                                                      torch::log(t.distanceM).unsqueeze(2).expand_as(logits)));
    const auto index = t.label.clamp_min(0).unsqueeze(1).unsqueeze(1).expand_as(logits);
    const auto named = (t.label >= 0).unsqueeze(1).unsqueeze(1);
    c.label = labelWeight * overFrames(-torch::log_softmax(e.classLogits, 3).gather(3, index) * named);
    return c;
}

// [B, slot] -> source given to each slot, the cheapest permutation per clip.
torch::Tensor bestAssignment(const torch::Tensor& costs)
{
    const auto cpu = costs.detach().cpu().contiguous();
    const auto slots = static_cast<int>(cpu.size(1));
    auto result = torch::empty({cpu.size(0), slots}, torch::kLong);
    const auto cost = cpu.accessor<float, 3>();
    auto chosen = result.accessor<std::int64_t, 2>();
    for (std::int64_t b = 0; b < cpu.size(0); ++b) {
        std::vector<int> order(static_cast<std::size_t>(slots));
        std::iota(order.begin(), order.end(), 0);
        float best = 1e30F;
        do {
            float sum = 0.0F;
            for (int i = 0; i < slots; ++i)
                sum += cost[b][i][order[static_cast<std::size_t>(i)]];
            if (sum < best) {
                best = sum;
                for (int i = 0; i < slots; ++i)
                    chosen[b][i] = order[static_cast<std::size_t>(i)];
            }
        } while (std::next_permutation(order.begin(), order.end()));
    }
    return result;
}

} // namespace

EncoderTargets EncoderTargets::on(const torch::Device& device) const
{
    return {activity.to(device),     label.to(device),     azimuthDeg.to(device),
            elevationDeg.to(device), distanceM.to(device), rt60S.to(device)};
}

EncoderLossTerms encoderLoss(const nn::SpatialEncoding& encoding, const EncoderTargets& targets, double labelWeight)
{
    const auto costs = pairCosts(encoding, targets, labelWeight);
    const auto assignment = bestAssignment(costs.sum()).to(targets.activity.device()).unsqueeze(2);
    const auto picked = [&](const torch::Tensor& pair) { return pair.gather(2, assignment).sum({1, 2}).mean(); };
    EncoderLossTerms terms;
    const auto activity = picked(costs.activity);
    const auto azimuth = picked(costs.azimuth);
    const auto elevation = picked(costs.elevation);
    const auto distance = picked(costs.distance);
    const auto label = picked(costs.label);
    const auto room = roomWeight * smoothL1(encoding.logRt60, torch::log(targets.rt60S.clamp_min(0.02))).mean();
    terms.total = activity + azimuth + elevation + distance + label + room;
    terms.activity = activity.item<double>();
    terms.azimuth = azimuth.item<double>();
    terms.elevation = elevation.item<double>();
    terms.distance = distance.item<double>();
    terms.label = label.item<double>();
    terms.room = room.item<double>();
    return terms;
}

} // namespace binaurium
