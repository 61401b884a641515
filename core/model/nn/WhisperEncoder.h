// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/CTranslate2File.h"
#include "core/model/files/Qwen2AudioFolder.h"

#include <torch/torch.h>

namespace binaurium::nn {

// Log-mel spectrogram of Whisper: 16 kHz, 25 ms periodic Hann frames every 10 ms (centred, reflected edges), Slaney
// mel bands, log10 clamped 8 below the clip's maximum, (x + 4) / 4. samples [n] -> [bands, n / 160].
[[nodiscard]] torch::Tensor whisperMel(const torch::Tensor& samples, std::int64_t bands = 80);

// Frozen encoder of a Whisper model (Radford et al. 2022): two convolutions, sinusoidal positions, pre-norm
// transformer.
class WhisperEncoder
{
public:
    // Throws BadInput when a variable is missing or has the wrong shape.
    explicit WhisperEncoder(const CTranslate2File& file);
    // The audio tower of Qwen2-Audio with weights of `type`: always its whole window with what lies behind the clip
    // masked, states averaged in pairs before the last norm, so 25 per second.
    WhisperEncoder(const Qwen2AudioFolder& folder, torch::Dtype type);

    // Computes there from now on; states come out there.
    void moveTo(const torch::Device& device);
    // Samples at 16 kHz, at most the window (30 s), padded with silence to whole seconds or to the window.
    // [n] -> [framesPerS() per second, width] float32. Throws BadInput for longer audio.
    [[nodiscard]] torch::Tensor encode(const torch::Tensor& samples) const;
    // Mel [B, bands, frames] -> [B, frames / 2, width]. `heard`: positions that may be attended to; 0: all.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& mel, std::int64_t heard = 0) const;
    [[nodiscard]] std::int64_t width() const noexcept { return width_; }
    [[nodiscard]] std::int64_t framesPerS() const noexcept { return inPairs_ ? 25 : 50; }

private:
    struct Layer
    {
        torch::Tensor norm1Gain, norm1Bias, qkv, qkvBias, out, outBias, norm2Gain, norm2Bias, up, upBias, down,
            downBias;
    };
    std::int64_t width_ = 0, heads_ = 0, bands_ = 80;
    bool inPairs_ = false; // Qwen2-Audio
    torch::Tensor conv1_, conv1Bias_, conv2_, conv2Bias_, positions_, normGain_, normBias_;
    std::vector<Layer> layers_;
};

} // namespace binaurium::nn
