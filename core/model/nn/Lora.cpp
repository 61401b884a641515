// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/Lora.h"

#include "core/support/Error.h"
#include "core/support/Random.h"

#include <cmath>

namespace binaurium::nn {

Lora::Lora(std::int64_t layers, std::int64_t hidden, std::int64_t queryOut, std::int64_t valueOut, int rank,
           double alpha, std::uint64_t seed)
    : rank_(rank), alpha_(alpha)
{
    const auto make = [&](std::int64_t layer, const char* target, std::int64_t out) {
        RandomStream random(seed, std::string("lora ") + target, static_cast<std::uint64_t>(layer));
        auto a = torch::empty({rank, hidden});
        const double bound = std::sqrt(1.0 / static_cast<double>(hidden)); // Kaiming-uniform with a = sqrt(5)
        float* values = a.data_ptr<float>();
        for (std::int64_t i = 0; i < a.numel(); ++i)
            values[i] = static_cast<float>(random.uniform(-bound, bound));
        return Pair{a.requires_grad_(true), torch::zeros({out, rank}).requires_grad_(true)};
    };
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        query_.push_back(make(layer, "q", queryOut));
        value_.push_back(make(layer, "v", valueOut));
    }
}

torch::Tensor Lora::apply(const Pair& pair, const torch::Tensor& x) const
{
    const auto type = x.scalar_type();
    return torch::linear(torch::linear(x, pair.a.to(type)), pair.b.to(type)) * (alpha_ / rank_);
}

std::shared_ptr<Lora> Lora::clone() const
{
    auto copy = std::make_shared<Lora>(*this);
    for (auto* pairs : {&copy->query_, &copy->value_})
        for (Pair& pair : *pairs)
            pair = {pair.a.detach().clone(), pair.b.detach().clone()};
    return copy;
}

std::vector<torch::Tensor> Lora::parameters() const
{
    std::vector<torch::Tensor> list;
    for (const auto& [name, tensor] : tensors())
        list.push_back(tensor);
    return list;
}

NamedTensors Lora::tensors() const
{
    NamedTensors list;
    for (std::size_t layer = 0; layer < query_.size(); ++layer) {
        const auto prefix = "base_model.model.model.layers." + std::to_string(layer) + ".self_attn.";
        list.emplace_back(prefix + "q_proj.lora_A.weight", query_[layer].a);
        list.emplace_back(prefix + "q_proj.lora_B.weight", query_[layer].b);
        list.emplace_back(prefix + "v_proj.lora_A.weight", value_[layer].a);
        list.emplace_back(prefix + "v_proj.lora_B.weight", value_[layer].b);
    }
    return list;
}

void Lora::load(const SafetensorsFile& file)
{
    torch::NoGradGuard guard;
    for (auto& [name, tensor] : tensors()) {
        const auto loaded = toTensor(file.tensor(name));
        if (loaded.sizes() != tensor.sizes())
            throw badInput(file.name(), "tensor '" + name + "' has another shape than an adapter of this model");
        auto target = tensor;
        target.copy_(loaded);
    }
}

} // namespace binaurium::nn
