// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/CTranslate2File.h"

#include <torch/torch.h>

namespace binaurium::nn {

// Frozen decoder of an English-only Whisper (Radford et al. 2022) from the same file as its encoder: learned positions,
// pre-norm transformer with self and cross attention, output tied to the embedding.
class WhisperDecoder
{
public:
    static constexpr int endToken = 50256;
    static constexpr int startToken = 50257;
    static constexpr int noTimestampsToken = 50362;

    // Throws BadInput when a variable is missing or has the wrong shape, or the model is multilingual.
    explicit WhisperDecoder(const CTranslate2File& file);

    struct Text
    {
        std::vector<int> ids; // without special tokens
        double logProb = 0.0; // sum over ids and the end token, under the choice that was left
        bool cut = false;     // no end within the positions that the model has
    };
    // The likeliest token each time, without timestamps: special tokens are never chosen, nor a blank or nothing at the
    // beginning. `states` [T, width] of the encoder, whose window is 30 s.
    [[nodiscard]] Text transcribe(const torch::Tensor& states) const;

private:
    struct Layer
    {
        torch::Tensor norm1Gain, norm1Bias, qkv, qkvBias, out, outBias;
        torch::Tensor norm2Gain, norm2Bias, query, queryBias, keyValue, keyValueBias, crossOut, crossOutBias;
        torch::Tensor norm3Gain, norm3Bias, up, upBias, down, downBias;
    };
    struct Memory; // keys and values of one transcription
    [[nodiscard]] torch::Tensor step(int token, std::int64_t position, Memory& memory) const;

    std::int64_t width_ = 0, heads_ = 0;
    torch::Tensor embedding_, positions_, normGain_, normBias_;
    std::vector<Layer> layers_;
};

} // namespace binaurium::nn
