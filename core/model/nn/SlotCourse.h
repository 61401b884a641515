// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

// What slots do over time, as shares of a few answers. `activity` [B, N, S] over the N moments of a clip, 0 to 1.
namespace binaurium::nn {

// In which part of the clip (ClipParts.h) a slot begins, [B, S, parts].
[[nodiscard]] torch::Tensor beginningOf(const torch::Tensor& activity);

// At which place a slot begins among the S slots, [B, S]: 0 first, 1 second, and so on; slots that begin at the same
// moment share the mean of their places, and silent ones take none.
[[nodiscard]] torch::Tensor placeInOrder(const torch::Tensor& activity);

// Where a slot goes from the first to the last third of the time that it sounds, [B, S, 5]: nowhere, to the left, to
// the right, nearer, away. `azimuth` [B, N, S, bins] and `logDistance` [B, N, S] are weighted by the activity; bins
// count from straight ahead to the left. A doubt between front and back that stays is no movement.
[[nodiscard]] torch::Tensor movementOf(const torch::Tensor& activity, const torch::Tensor& azimuth,
                                       const torch::Tensor& logDistance);

} // namespace binaurium::nn
