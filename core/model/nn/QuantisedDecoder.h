// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/LanguageModelConfig.h"
#include "core/model/nn/Lora.h"
#include "core/model/quantised/QuantisedMatrix.h"

#include <functional>
#include <optional>

namespace binaurium::nn {

// One token at a time with the weights as the file has them: a product of a vector with a matrix waits for memory, and
// four bits are read faster than thirty-two. Activations are rounded to eight bits in blocks of 32 before each product;
// norms, rotary positions, attention and adapters are float32. Immutable after construction.
class QuantisedDecoder
{
public:
    // Empty where the file's types cannot be packed (QuantisedMatrix::canPack). The shapes must have been checked.
    [[nodiscard]] static std::optional<QuantisedDecoder> make(const GgufFile& file, const LanguageModelConfig& config);

    // Keys and values of one layer, [kvHeads, capacity, headDim], of which the first `length` positions are filled; the
    // step writes position `length`.
    struct LayerCache
    {
        float* keys = nullptr;
        float* values = nullptr;
        std::int64_t length = 0, capacity = 0;
    };
    // Passes the token's embedding x [hidden] through all layers; leaves the final normalised state in x. `cosine` and
    // `sine` [headDim] are the rotary ones of the position; `lora` may be null. `attention`, where wanted, gets
    // [layer][head][length + 1].
    void step(float* x, const std::function<LayerCache(std::size_t layer)>& cache, const float* cosine,
              const float* sine, const Lora* lora, std::vector<float>* attention) const;
    // State [hidden] -> logits [vocabulary].
    void logits(const float* state, float* out) const;
    [[nodiscard]] std::size_t bytes() const noexcept;

private:
    struct Layer
    {
        std::vector<float> inputNorm, outputNorm;
        QuantisedMatrix qkv, out, gateUp, down;
    };
    QuantisedDecoder(const LanguageModelConfig& config, QuantisedMatrix embedding);

    struct Work;
    void attend(const LayerCache& cache, const float* cosine, const float* sine, Work& work,
                std::vector<float>* attention) const;

    LanguageModelConfig config_;
    std::vector<Layer> layers_;
    std::vector<float> finalNorm_;
    QuantisedMatrix embedding_;
};

} // namespace binaurium::nn
