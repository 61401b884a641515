// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/TensorFile.h"

#include <memory>
#include <torch/torch.h>

namespace binaurium::nn {

// Low-rank adapters of the query and value projections: W x + (alpha / rank) B A x (Hu et al. 2021). A is drawn like
// Kaiming-uniform with a = sqrt(5) from (seed, layer, target), B is zero, so a fresh adapter changes nothing.
class Lora
{
public:
    Lora(std::int64_t layers, std::int64_t hidden, std::int64_t queryOut, std::int64_t valueOut, int rank, double alpha,
         std::uint64_t seed);

    [[nodiscard]] torch::Tensor query(std::size_t layer, const torch::Tensor& x) const
    {
        return apply(query_[layer], x);
    }
    [[nodiscard]] torch::Tensor value(std::size_t layer, const torch::Tensor& x) const
    {
        return apply(value_[layer], x);
    }

    // A copy with values of its own and without gradients.
    [[nodiscard]] std::shared_ptr<Lora> clone() const;

    // Off: the base model, for instance as the reference of reinforcement learning.
    bool enabled = true;

    [[nodiscard]] std::vector<torch::Tensor> parameters() const;
    // Names as PEFT writes them: "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight".
    [[nodiscard]] NamedTensors tensors() const;
    // Throws BadInput when a tensor is missing or has another shape.
    void load(const SafetensorsFile& file);
    [[nodiscard]] int rank() const noexcept { return rank_; }
    [[nodiscard]] double alpha() const noexcept { return alpha_; }

private:
    struct Pair
    {
        torch::Tensor a, b;
    };
    [[nodiscard]] torch::Tensor apply(const Pair& pair, const torch::Tensor& x) const;

    int rank_;
    double alpha_;
    std::vector<Pair> query_, value_;
};

} // namespace binaurium::nn
