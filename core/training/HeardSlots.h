// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/HeardAnswers.h"
#include "core/model/nn/SpatialEncoder.h"

namespace binaurium {

// The sources that the slots of one clip [N, S, F] (nn::slotFeatures) speak of, N moments over `durationS`: slots that
// are active enough, each once. A label is the likeliest of the mean over the clip, as are place and distance.
[[nodiscard]] std::vector<HeardSource> sourcesInSlots(const torch::Tensor& slots,
                                                      const nn::SpatialEncoderConfig& encoder, double durationS);

// What is heard in clips of several sources.
struct MixtureCounts
{
    int clips = 0;
    int pairs = 0;       // clips of two sources
    int pairsWithin = 0; // both within 20 degrees of azimuth of heard sources of their own, whatever the labels
    int sources = 0;
    int bound = 0; // a heard source has their label and is within 20 degrees of azimuth
    void add(const std::vector<HeardSource>& truth, const std::vector<HeardSource>& heard);
};

} // namespace binaurium
