// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"
#include "core/model/nn/SpatialEncoder.h"
#include "core/model/nn/WhisperEncoder.h"

#include <memory>

namespace binaurium::nn {

// Slots as the projector reads them, [B, T, slots * (3 + classes + bins)]: activity, and everything else (probabilities
// of labels and azimuth bins, elevation, ln distance) weighted by it.
[[nodiscard]] torch::Tensor slotFeatures(const SpatialEncoding& encoding);

// What both encoders say about a clip, aligned to audio tokens.
struct FrontEndFeatures
{
    torch::Tensor semantic; // [N, semantic width]
    torch::Tensor spatial;  // [N, FrontEnd::spatialWidth()]
    SpatialEncoding encoding;
    [[nodiscard]] std::int64_t tokens() const { return semantic.size(0); }
};

// Two channels of any rate -> semantic features of the mid signal (16 kHz) and spatial features of both ears (32 kHz),
// averaged to tokensPerS. The parts are frozen here; the same code feeds training and use.
class FrontEnd
{
public:
    static constexpr int tokensPerS = 5;
    static constexpr double shortestS = 0.1;

    // Throws BadInput unless the audio has two channels and at least 0.1 s.
    static void requireStereo(const AudioBuffer& audio);

    FrontEnd(std::shared_ptr<const WhisperEncoder> whisper, SpatialEncoder encoder);

    // Mean of both channels at 16 kHz, [n]: what semantic encoders hear.
    [[nodiscard]] static torch::Tensor middle(const AudioBuffer& audio);
    // Throws as requireStereo().
    [[nodiscard]] FrontEndFeatures extract(const AudioBuffer& audio);
    // The spatial half alone, batch of one; for localisation.
    [[nodiscard]] SpatialEncoding localize(const AudioBuffer& audio);
    [[nodiscard]] std::int64_t spatialWidth() const;
    // Columns of the spatial features that one slot fills: its first one and their number. All are 0 while it is
    // silent.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> slotColumns(int slot) const;
    [[nodiscard]] std::int64_t semanticWidth() const { return whisper_->width(); }
    [[nodiscard]] SpatialEncoder& encoder() noexcept { return encoder_; }

private:
    std::shared_ptr<const WhisperEncoder> whisper_;
    SpatialEncoder encoder_;
};

} // namespace binaurium::nn
