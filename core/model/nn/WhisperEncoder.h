// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/CTranslate2File.h"

#include <torch/torch.h>

namespace binaurium::nn {

// Log-mel spectrogram of Whisper: 16 kHz, 25 ms periodic Hann frames every 10 ms (centred, reflected edges), 80 Slaney
// mel bands, log10 clamped 8 below the clip's maximum, (x + 4) / 4. samples [n] -> [80, n / 160].
[[nodiscard]] torch::Tensor whisperMel(const torch::Tensor& samples);

// Frozen encoder of a Whisper model from a CTranslate2 file (Radford et al. 2022): two convolutions, sinusoidal
// positions, pre-norm transformer.
class WhisperEncoder
{
public:
    // Throws BadInput when a variable is missing or has the wrong shape.
    explicit WhisperEncoder(const CTranslate2File& file);

    // Samples at 16 kHz on the clip's own length, padded with silence to whole seconds, at most 30 s.
    // [n] -> [50 per second, width]. Throws BadInput for longer audio.
    [[nodiscard]] torch::Tensor encode(const torch::Tensor& samples) const;
    // Mel [B, 80, frames] -> [B, frames / 2, width].
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& mel) const;
    [[nodiscard]] std::int64_t width() const noexcept { return width_; }

private:
    struct Layer
    {
        torch::Tensor norm1Gain, norm1Bias, qkv, qkvBias, out, outBias, norm2Gain, norm2Bias, up, upBias, down,
            downBias;
    };
    std::int64_t width_ = 0, heads_ = 0;
    torch::Tensor conv1_, conv1Bias_, conv2_, conv2Bias_, positions_, normGain_, normBias_;
    std::vector<Layer> layers_;
};

} // namespace binaurium::nn
