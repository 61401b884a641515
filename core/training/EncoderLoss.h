// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/SpatialEncoder.h"

namespace binaurium {

// Truth of a batch, slots padded with inactive ones. B clips, T frames, S slots.
struct EncoderTargets
{
    torch::Tensor activity;   // [B, T, S] 0 or 1
    torch::Tensor label;      // [B, S] class index, -1 where there is no source or one that is not to be named
    torch::Tensor azimuthDeg; // [B, T, S]
    torch::Tensor elevationDeg;
    torch::Tensor distanceM;
    torch::Tensor rt60S; // [B]
    [[nodiscard]] EncoderTargets on(const torch::Device& device) const;
};

struct EncoderLossTerms
{
    torch::Tensor total; // scalar, with gradient
    double activity = 0.0, azimuth = 0.0, elevation = 0.0, distance = 0.0, label = 0.0, room = 0.0;
};

// Permutation-free over the slots of a clip: of all assignments the cheapest counts. Per active frame cross entropy on
// a soft circular azimuth target (sigma 7 degrees), weighted by cos(elevation), smooth L1 on elevation / 30 and ln
// distance, cross entropy on the class where there is one; binary cross entropy on activity everywhere.
[[nodiscard]] EncoderLossTerms encoderLoss(const nn::SpatialEncoding& encoding, const EncoderTargets& targets,
                                           double labelWeight = 0.3);

} // namespace binaurium
