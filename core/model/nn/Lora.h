// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/LanguageModelConfig.h"
#include "core/model/nn/TensorFile.h"
#include "core/support/Json.h"

#include <array>
#include <memory>
#include <torch/torch.h>

namespace binaurium::nn {

// Projections of a layer that may have an adapter.
enum class LoraTarget : std::uint8_t { Query, Key, Value, Out, Gate, Up, Down };
inline constexpr std::size_t loraTargetCount = 7;

struct LoraOptions
{
    int rank = 8;
    double alpha = 16.0;
    // "query_value", "attention" (query, key, value, out) or "all" (these and the feed-forward network).
    std::string targets = "query_value";
};
[[nodiscard]] Json toJson(const LoraOptions& options);
[[nodiscard]] LoraOptions loraOptionsFromJson(const JsonObject& object);

// Low-rank adapters of linear projections: W x + (alpha / rank) B A x (Hu et al. 2021). A is drawn like
// Kaiming-uniform with a = sqrt(5) from (seed, layer, target), B is zero, so a fresh adapter changes nothing.
class Lora
{
public:
    Lora(const LanguageModelConfig& model, const LoraOptions& options, std::uint64_t seed);

    [[nodiscard]] bool has(LoraTarget target) const noexcept { return !pairs_[index(target)].empty(); }
    // y [.., out] and what the adapter of `target` adds for the projection's input x [.., in], in the type of both.
    // Only where has(target).
    [[nodiscard]] torch::Tensor applied(const torch::Tensor& y, LoraTarget target, std::size_t layer,
                                        const torch::Tensor& x) const;

    // Down [rank, in] and up [out, rank] of one adapter, float32.
    struct Pair
    {
        torch::Tensor a, b;
    };
    [[nodiscard]] const Pair& matrices(LoraTarget target, std::size_t layer) const
    {
        return pairs_[index(target)][layer];
    }

    // Parameters keep whether they have gradients; make optimisers afterwards.
    void moveTo(const torch::Device& device);
    // A copy with values of its own and without gradients.
    [[nodiscard]] std::shared_ptr<Lora> clone() const;

    // Off: the base model, for instance as the reference of reinforcement learning.
    bool enabled = true;

    [[nodiscard]] std::vector<torch::Tensor> parameters() const;
    // Names as PEFT writes them: "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight".
    [[nodiscard]] NamedTensors tensors() const;
    // Throws BadInput when a tensor is missing or has another shape.
    void load(const SafetensorsFile& file);
    [[nodiscard]] const LoraOptions& options() const noexcept { return options_; }

private:
    static constexpr std::size_t index(LoraTarget target) noexcept { return static_cast<std::size_t>(target); }

    LoraOptions options_;
    std::string path_;                                     // LanguageModelConfig::path
    std::array<std::vector<Pair>, loraTargetCount> pairs_; // [target][layer]
};

} // namespace binaurium::nn
