// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/Lora.h"

#include "core/support/Error.h"
#include "core/support/Random.h"

#include <cmath>

namespace binaurium::nn {
namespace {

struct TargetShape
{
    const char* name;   // of its random stream
    const char* module; // as transformers calls it
    std::int64_t in, out;
};

std::array<TargetShape, loraTargetCount> shapesOf(const LanguageModelConfig& c)
{
    const auto kv = c.kvHeads * c.headDim;
    return {{{"lora q", "self_attn.q_proj", c.hidden, c.heads * c.headDim},
             {"lora k", "self_attn.k_proj", c.hidden, kv},
             {"lora v", "self_attn.v_proj", c.hidden, kv},
             {"lora o", "self_attn.o_proj", c.heads * c.headDim, c.hidden},
             {"lora gate", "mlp.gate_proj", c.hidden, c.ffn},
             {"lora up", "mlp.up_proj", c.hidden, c.ffn},
             {"lora down", "mlp.down_proj", c.ffn, c.hidden}}};
}

bool isWanted(std::size_t target, const std::string& targets)
{
    if (targets == "query_value")
        return target == static_cast<std::size_t>(LoraTarget::Query) ||
               target == static_cast<std::size_t>(LoraTarget::Value);
    return targets == "all" || target <= static_cast<std::size_t>(LoraTarget::Out);
}

} // namespace

Json toJson(const LoraOptions& o)
{
    return {{"rank", o.rank}, {"alpha", o.alpha}, {"targets", o.targets}};
}

LoraOptions loraOptionsFromJson(const JsonObject& object)
{
    LoraOptions o;
    o.rank = static_cast<int>(object.integer("rank", 1, 512));
    o.alpha = object.number("alpha", 0.01, 4096.0);
    o.targets = object.string("targets", o.targets);
    if (o.targets != "query_value" && o.targets != "attention" && o.targets != "all")
        object.fail("targets", "must be query_value, attention or all");
    return o;
}

Lora::Lora(const LanguageModelConfig& model, const LoraOptions& options, std::uint64_t seed)
    : options_(options), path_(model.path)
{
    const auto shapes = shapesOf(model);
    for (std::size_t t = 0; t < loraTargetCount; ++t) {
        if (!isWanted(t, options.targets))
            continue;
        const double bound = std::sqrt(1.0 / static_cast<double>(shapes[t].in)); // Kaiming-uniform with a = sqrt(5)
        for (std::int64_t layer = 0; layer < model.layers; ++layer) {
            RandomStream random(seed, shapes[t].name, static_cast<std::uint64_t>(layer));
            auto a = torch::empty({options.rank, shapes[t].in});
            float* values = a.data_ptr<float>();
            for (std::int64_t i = 0; i < a.numel(); ++i)
                values[i] = static_cast<float>(random.uniform(-bound, bound));
            pairs_[t].push_back(
                {a.requires_grad_(true), torch::zeros({shapes[t].out, options.rank}).requires_grad_(true)});
        }
    }
}

torch::Tensor Lora::applied(const torch::Tensor& y, LoraTarget target, std::size_t layer, const torch::Tensor& x) const
{
    const Pair& pair = pairs_[index(target)][layer];
    const auto type = x.scalar_type();
    // The scale goes into the narrow middle, where it costs least; the sum into the product, one pass less.
    const auto middle = torch::linear(x, pair.a.to(type)) * (options_.alpha / options_.rank);
    return torch::addmm(y.flatten(0, -2), middle.flatten(0, -2), pair.b.to(type).t()).view(y.sizes());
}

void Lora::moveTo(const torch::Device& device)
{
    const auto moved = [&](const torch::Tensor& parameter) {
        return parameter.device() == device ? parameter
                                            : parameter.detach().to(device).requires_grad_(parameter.requires_grad());
    };
    for (auto& layers : pairs_)
        for (Pair& pair : layers)
            pair = {moved(pair.a), moved(pair.b)};
}

std::shared_ptr<Lora> Lora::clone() const
{
    auto copy = std::make_shared<Lora>(*this);
    for (auto& layers : copy->pairs_)
        for (Pair& pair : layers)
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
    const auto shapes = shapesOf({});
    std::size_t layers = 0;
    for (const auto& pairs : pairs_)
        layers = std::max(layers, pairs.size());
    for (std::size_t layer = 0; layer < layers; ++layer)
        for (std::size_t t = 0; t < loraTargetCount; ++t) {
            if (pairs_[t].empty())
                continue;
            const auto prefix =
                "base_model.model." + path_ + ".layers." + std::to_string(layer) + "." + shapes[t].module + ".lora_";
            list.emplace_back(prefix + "A.weight", pairs_[t][layer].a);
            list.emplace_back(prefix + "B.weight", pairs_[t][layer].b);
        }
    return list;
}

void Lora::load(const SafetensorsFile& file)
{
    torch::NoGradGuard guard;
    requireOnly(file, "base_model.", tensors());
    for (auto& [name, tensor] : tensors()) {
        const auto loaded = toTensor(file.tensor(name));
        if (loaded.sizes() != tensor.sizes())
            throw badInput(file.name(), "tensor '" + name + "' has another shape than an adapter of this model");
        auto target = tensor;
        target.copy_(loaded);
    }
}

} // namespace binaurium::nn
