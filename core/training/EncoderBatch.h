// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Random.h"
#include "core/training/ClipCache.h"
#include "core/training/EncoderLoss.h"
#include "core/training/MixedPrecision.h"
#include "core/training/run/TrainOptions.h"

#include <optional>
#include <span>

namespace binaurium {

// Clips of one step of the encoder. B clips, T frames of 100 ms.
struct EncoderBatch
{
    torch::Tensor bands; // [B, 4, 10 T, 80] (core/audio/features/SpatialFeatures.h)
    torch::Tensor gcc;   // [B, 10 T, 65]
    EncoderTargets targets;
};

// The clips of `index`, numbered through all caches; those of a later cache stand behind those of an earlier one.
// Sources of labels from `classes` on are not named. The caches have clips of the same length.
[[nodiscard]] EncoderBatch gatherClips(std::span<const ClipCache> caches, const torch::Tensor& index,
                                       std::int64_t classes);

// Chances to see other ears, microphones and rooms in the same clip: a cut (of the whole batch), exchanged ears,
// unequal levels, other colours.
void augment(EncoderBatch& batch, const EncoderStageOptions& options, RandomStream& random);

// For comparisons: sets what the net is to do without to zero, one of withheldFeatures.
void withhold(EncoderBatch& batch, const std::string& feature);

// Which clips a step sees: epochs are permutations named by (seed, epoch), so that a resumed run sees the same ones.
class ClipOrder
{
public:
    ClipOrder(std::int64_t clips, std::uint64_t seed) : order_(static_cast<std::size_t>(clips)), seed_(seed) {}
    // Numbers of the clips of step `step` of `size` clips each.
    [[nodiscard]] torch::Tensor batch(int size, int step);

private:
    std::vector<std::int64_t> order_; // of epoch_
    std::uint64_t seed_;
    std::optional<std::uint64_t> epoch_;
};

// What the encoder says about a batch, computed on its device in the given precision; in float32 on `where`.
[[nodiscard]] nn::SpatialEncoding hearClips(nn::SpatialEncoder& encoder, const EncoderBatch& batch, Precision precision,
                                            const torch::Device& where);

} // namespace binaurium
