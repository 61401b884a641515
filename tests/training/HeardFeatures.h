// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Labels.h"
#include "core/model/nn/SpatialEncoder.h"

#include <cmath>

namespace binaurium::test {

// Spatial features of one clip of four seconds, [1, 20, width]: the second slot says "a kettle on the left, 2 m away"
// from the middle on, the two others are silent. Sets the sizes of the encoder that would say so.
inline torch::Tensor featuresOfAKettleOnTheLeft(nn::SpatialEncoderConfig& encoder)
{
    encoder.classes = 25;
    encoder.hidden = 4;
    const std::int64_t count = 3, tokens = 20, width = 3 + encoder.classes + encoder.azimuthBins;
    auto spatial = torch::zeros({1, tokens, encoder.hidden + count * width});
    auto slot = spatial[0].slice(0, tokens / 2).slice(1, encoder.hidden + width, encoder.hidden + 2 * width);
    slot.select(1, 0).fill_(1.0);
    slot.select(1, 1 + labelIndex("kettle")).fill_(1.0);
    slot.select(1, 1 + encoder.classes + encoder.azimuthBins / 4).fill_(1.0);
    slot.select(1, width - 1).fill_(std::log(2.0));
    return spatial;
}

} // namespace binaurium::test
