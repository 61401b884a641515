// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/GgufFile.h"
#include "core/model/nn/KvCache.h"
#include "core/model/nn/Lora.h"
#include "core/model/nn/QuantisedDecoder.h"

#include <torch/torch.h>

namespace binaurium::nn {

// How sequences of different length lie one behind the other in [1, N, hidden], so that matrices multiply no padding;
// attention alone spreads them over rows. Sequences that start alike (questions about one sound) form a group, whose
// start lies there once, before the rest of each.
struct Packing
{
    struct Group
    {
        std::int64_t shared = 0;           // tokens of the common start
        std::vector<std::int64_t> lengths; // of what follows it, one per sequence, each at least 1
    };
    explicit Packing(const std::vector<Group>& groups);
    [[nodiscard]] Packing on(const torch::Device& device) const;

    std::int64_t rows = 0, longest = 0;
    torch::Tensor spread;   // [rows * longest] packed position of each place; padding at the end repeats the last one
    torch::Tensor gather;   // [N] place of each packed position
    torch::Tensor position; // [N] of each in its sequence
};

// Decoder-only transformer of the Llama family: RMSNorm, rotary positions, grouped-query attention, SwiGLU. The base
// weights are frozen; gradients flow to the input embeddings and to the LoRA that is attached.
// Thread-compatible: const calls with separate caches may run in parallel.
class LanguageModel
{
public:
    // Dequantises a GGUF of architecture "llama". Throws BadInput when a tensor is missing or has the wrong shape.
    explicit LanguageModel(const GgufFile& file);
    // From tensors by their names in transformers ("model.layers.0.self_attn.q_proj.weight", not permuted) and the
    // shapes that follow from the configuration. Matrices keep the type they come in, norms become float32.
    using TensorSource = std::function<torch::Tensor(const std::string& name, const std::vector<std::int64_t>& shape)>;
    LanguageModel(const LanguageModelConfig& config, const TensorSource& tensor);

    [[nodiscard]] const LanguageModelConfig& config() const noexcept { return config_; }
    // Of ids [...] on any device -> [..., hidden] on the model's.
    [[nodiscard]] torch::Tensor embed(const torch::Tensor& ids) const;
    [[nodiscard]] torch::Tensor embed(const std::vector<int>& ids) const; // -> [1, T, hidden]

    // Causal pass over embeddings [B, T, hidden] -> final normalised states of the same shape, float32. With a cache
    // the positions continue where it ends, and it is extended. `attention`, where wanted, gets [B, heads, T, all
    // positions] per layer (nothing from a branched cache), and `states` the residual stream behind each layer [B, T,
    // hidden]. Rows padded at the end need no mask: nothing before the padding looks at it; rows padded at the start
    // need KvCache::padding.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& embeddings, KvCache* cache = nullptr,
                                        std::vector<torch::Tensor>* attention = nullptr,
                                        std::vector<torch::Tensor>* states = nullptr) const;
    // The same for packed sequences [1, N, hidden], each from position 0; for training.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& embeddings, const Packing& packing) const;
    // [..., hidden] -> [..., vocabulary]; call it only for positions whose logits are needed.
    [[nodiscard]] torch::Tensor logits(const torch::Tensor& states) const;

    // Computes there from now on, the adapter as well. The quantised decoder stays behind: it is the processor's.
    void moveTo(const torch::Device& device);
    [[nodiscard]] torch::Device device() const { return embedding_.device(); }

    // Stores the matrices as bfloat16 and multiplies in it; norms, LoRA weights, attention, residual stream and logits
    // stay float32.
    void useBfloat16();
    [[nodiscard]] torch::ScalarType type() const { return embedding_.scalar_type(); }

    // From now on single tokens of one sequence pass through the weights as the file has them, without gradients
    // (QuantisedDecoder). False, and nothing changes, where the file has other types.
    bool useQuantised(const GgufFile& file);

    // The adapter moves to the model's device.
    void attach(std::shared_ptr<Lora> lora);
    [[nodiscard]] const std::shared_ptr<Lora>& lora() const noexcept { return lora_; }
    // Mean Euclidean length of the token embeddings: the scale that audio tokens should start with.
    [[nodiscard]] double embeddingNorm() const;
    // For each of embeddings [N, hidden] the token whose own points most alike (cosine): what it says to the model.
    [[nodiscard]] std::vector<int> nearestTokens(const torch::Tensor& embeddings) const;

private:
    struct Layer
    {
        torch::Tensor inputNorm, qkv, qkvBias, out, outputNorm, gateUp, down;
    };
    // Where a pass reads and writes beside its embeddings.
    struct Pass
    {
        KvCache* cache = nullptr;
        std::vector<torch::Tensor>* attention = nullptr;
        const Packing* packing = nullptr;
        std::vector<torch::Tensor>* states = nullptr;
        torch::Tensor cosine, sine; // [T, d] of its places, or of the packed positions
    };
    // Whether a pass of embeddings [B, T, hidden] is one token that the quantised decoder takes.
    [[nodiscard]] bool isQuantisedStep(const torch::Tensor& embeddings, const KvCache* cache) const;
    [[nodiscard]] torch::Tensor quantisedStep(const torch::Tensor& embedding, KvCache& cache,
                                              std::vector<torch::Tensor>* attention) const;
    [[nodiscard]] torch::Tensor through(torch::Tensor x, Pass pass) const;
    [[nodiscard]] torch::Tensor attend(std::size_t layer, const torch::Tensor& x, const Pass& pass) const;
    // y and what the adapter of `target` adds for x, the input that y was computed from.
    [[nodiscard]] torch::Tensor adapted(const torch::Tensor& y, LoraTarget target, std::size_t layer,
                                        const torch::Tensor& x) const;
    [[nodiscard]] torch::Tensor mix(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v,
                                    const torch::Tensor& padding, std::vector<torch::Tensor>* attention) const;
    void makeRotary();

    LanguageModelConfig config_;
    torch::Tensor embedding_, head_, finalNorm_, cosine_, sine_; // head_ undefined where it is the embedding
    std::vector<Layer> layers_;
    std::shared_ptr<Lora> lora_;
    std::shared_ptr<const QuantisedDecoder> quantised_;
};

} // namespace binaurium::nn
