// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/SpatialEncoder.h"
#include "core/support/Json.h"
#include "core/training/ClipCache.h"

namespace binaurium {

// Localisation of single-source clips, from the posterior averaged over the frames of a clip, and what is heard in
// mixtures (HeardSlots.h).
struct EncoderScore
{
    int clips = 0; // with one source that keeps its place
    double azimuthMeanDeg = 0.0;
    double azimuthMedianDeg = 0.0;
    double foldedMeanDeg = 0.0; // truth and estimate mirrored to the front
    double reversalShare = 0.0; // wrong hemisphere, sources > 20 degrees off the interaural axis, |elevation| <= 60
    double elevationMeanDeg = 0.0;
    double distanceRelative = 0.0; // mean |d - d'| / d
    double classAccuracy = 0.0;
    int movingFrames = 0;             // of 100 ms of single sources that move
    double movingFoldedMeanDeg = 0.0; // azimuth error in them, mirrored to the front
    int mixtures = 0;                 // clips with more sources
    double twoWithinShare = 0.0;      // of two sources: both within 20 degrees of azimuth, whatever their labels
    double boundShare = 0.0;          // of the sources of mixtures: right label within 20 degrees

    // What training keeps the best of: the mean of 1 - azimuth error / that of a guess (of single sources that keep
    // their place, or where there are none of moving ones) and boundShare, of what there is; 1 without errors.
    [[nodiscard]] double value() const;
};
[[nodiscard]] Json toJson(const EncoderScore& score);
[[nodiscard]] EncoderScore scoreEncoder(nn::SpatialEncoder& encoder, const ClipCache& clips,
                                        const std::string& without = "nothing");

} // namespace binaurium
