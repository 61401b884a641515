// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/SlotCourse.h"

#include "core/model/nn/ClipParts.h"

namespace binaurium::nn {
namespace {

// A slot sounds from an activity of a half on, with this softness.
constexpr double sounding = 0.5, soundingSoftness = 0.08;
// Moments (0.2 s) by which one slot must be ahead to be the earlier one with odds of e to 1.
constexpr double orderSoftness = 0.4;

// From the first to the last third a turn that questions ask about (at least 30 degrees) is two thirds of itself, and
// so is a change of distance (ln 1.7).
constexpr double stillTurnDeg = 12.5, widestTurnDeg = 150.0;
constexpr double movedLogDistance = 0.2, distanceSoftness = 0.07;

// Mean of features [B, N, S, F] over the moments that `where` [B, N, S] marks with 1, weighted by the activity. The
// features are so weighted already.
torch::Tensor meanWhere(const torch::Tensor& features, const torch::Tensor& activity, const torch::Tensor& where)
{
    const auto total = (activity * where).sum(1).clamp_min(smallestActivity).unsqueeze(2);
    return (features * where.unsqueeze(3)).sum(1) / total;
}

// How likely each turn is, [B, S, bins] of turns 0, 1, .. bins - 1 to the left: correlation of two posteriors.
torch::Tensor turnsBetween(const torch::Tensor& early, const torch::Tensor& late)
{
    std::vector<torch::Tensor> shares;
    for (std::int64_t turn = 0; turn < early.size(2); ++turn)
        shares.push_back((early * late.roll(-turn, 2)).sum(2));
    const auto all = torch::stack(shares, 2);
    return all / all.sum(2, true).clamp_min(1e-12);
}

} // namespace

torch::Tensor beginningOf(const torch::Tensor& activity)
{
    std::vector<torch::Tensor> shares;
    auto silentSoFar = torch::ones_like(activity.select(1, 0));
    for (std::int64_t part = 0; part < clipParts; ++part) {
        const auto [first, end] = clipPart(part, activity.size(1));
        const auto loudest = activity.slice(1, first, end).amax(1).clamp(0.0, 1.0);
        shares.push_back(silentSoFar * loudest);
        silentSoFar = silentSoFar * (1.0 - loudest);
    }
    return torch::stack(shares, -1);
}

torch::Tensor placeInOrder(const torch::Tensor& activity)
{
    const auto sounds = torch::sigmoid((activity - sounding) / soundingSoftness);
    const auto silentBefore = torch::cumprod(1.0 - sounds, 1) / (1.0 - sounds).clamp_min(1e-6);
    const auto begins = sounds * silentBefore; // [B, N, S]
    const auto heard = begins.sum(1).clamp(0.0, 1.0);
    const auto moments = torch::arange(activity.size(1), activity.options()).view({1, -1, 1});
    const auto start = (begins * moments).sum(1) / heard.clamp_min(smallestActivity);
    const auto isAhead = torch::sigmoid((start.unsqueeze(2) - start.unsqueeze(1)) / orderSoftness); // [B, S, other]
    const auto others = 1.0 - torch::eye(activity.size(2), activity.options());
    return (isAhead * heard.unsqueeze(1) * others).sum(2);
}

torch::Tensor movementOf(const torch::Tensor& activity, const torch::Tensor& azimuth, const torch::Tensor& logDistance)
{
    const auto done = (torch::cumsum(activity, 1) - 0.5 * activity) / activity.sum(1, true).clamp_min(smallestActivity);
    const auto early = (done < 1.0 / 3.0).to(activity.scalar_type());
    const auto late = (done > 2.0 / 3.0).to(activity.scalar_type());
    const auto turns = turnsBetween(meanWhere(azimuth, activity, early), meanWhere(azimuth, activity, late));
    const double binDeg = 360.0 / static_cast<double>(turns.size(2));
    const auto turnDeg = torch::arange(turns.size(2), turns.options()) * binDeg;
    const auto toTheLeft = turns * ((turnDeg > stillTurnDeg) & (turnDeg < widestTurnDeg)),
               toTheRight = turns * ((turnDeg < 360.0 - stillTurnDeg) & (turnDeg > 360.0 - widestTurnDeg));
    const auto left = toTheLeft.sum(2), right = toTheRight.sum(2);
    const auto distance = logDistance.unsqueeze(3);
    const auto grown = (meanWhere(distance, activity, late) - meanWhere(distance, activity, early)).squeeze(2);
    const auto away = torch::sigmoid((grown - movedLogDistance) / distanceSoftness),
               nearer = torch::sigmoid((-grown - movedLogDistance) / distanceSoftness);
    const auto nowhere = (1.0 - left - right) * (1.0 - away - nearer).clamp_min(0.0);
    const auto all = torch::stack({nowhere, left, right, nearer, away}, 2);
    return all / all.sum(2, true).clamp_min(1e-12);
}

} // namespace binaurium::nn
