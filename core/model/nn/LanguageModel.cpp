// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/LanguageModel.h"

#include "core/support/Error.h"

#include <ATen/ops/rms_norm.h>
#include <cmath>

namespace binaurium::nn {
namespace {

torch::Tensor loadTensor(const GgufFile& file, const std::string& name, const std::vector<std::int64_t>& shape)
{
    const auto& stored = file.tensor(name);
    if (stored.shape != shape)
        throw badInput(file.name(), "tensor '" + name + "' has another shape than its configuration says");
    auto tensor = torch::empty(shape);
    dequantise(stored, {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())});
    return tensor;
}

// GGUF stores the query and key rows of Llama interleaved for its own rotary kernel; back to two halves per head.
torch::Tensor unpermuted(const torch::Tensor& weight, std::int64_t heads)
{
    const auto rows = weight.size(0);
    return weight.view({heads, rows / heads / 2, 2, -1}).transpose(1, 2).reshape({rows, -1}).contiguous();
}

LanguageModelConfig configOf(const GgufFile& file)
{
    const auto architecture = file.string("general.architecture");
    if (architecture != "llama")
        throw badInput(file.name(), "has the architecture '" + architecture + "', this program runs 'llama'");
    const auto integer = [&](const char* key, std::int64_t high) {
        return file.integer("llama." + std::string(key), 1, high);
    };
    LanguageModelConfig c;
    c.layers = integer("block_count", 1000);
    c.hidden = integer("embedding_length", 1 << 16);
    c.heads = integer("attention.head_count", 1024);
    c.kvHeads = integer("attention.head_count_kv", 1024);
    c.ffn = integer("feed_forward_length", 1 << 18);
    c.context = integer("context_length", 1 << 24);
    c.vocabulary = static_cast<std::int64_t>(file.strings("tokenizer.ggml.tokens").size());
    if (c.hidden % c.heads != 0 || c.heads % c.kvHeads != 0 || (c.hidden / c.heads) % 2 != 0)
        throw badInput(file.name(), "its numbers of heads do not divide its width");
    c.headDim = c.hidden / c.heads;
    c.ropeTheta = file.has("llama.rope.freq_base") ? file.number("llama.rope.freq_base") : c.ropeTheta;
    c.rmsEps = file.number("llama.attention.layer_norm_rms_epsilon");
    return c;
}

} // namespace

LanguageModel::LanguageModel(const GgufFile& file) : config_(configOf(file))
{
    torch::NoGradGuard guard;
    const LanguageModelConfig& c = config_;
    const auto kv = c.kvHeads * c.headDim;
    embedding_ = loadTensor(file, "token_embd.weight", {c.vocabulary, c.hidden});
    finalNorm_ = loadTensor(file, "output_norm.weight", {c.hidden});
    if (file.hasTensor("output.weight"))
        throw badInput(file.name(), "has an output layer of its own, which this version does not run");
    for (std::int64_t i = 0; i < c.layers; ++i) {
        const auto name = [&](const char* part) { return "blk." + std::to_string(i) + "." + part + ".weight"; };
        Layer layer;
        layer.inputNorm = loadTensor(file, name("attn_norm"), {c.hidden});
        layer.outputNorm = loadTensor(file, name("ffn_norm"), {c.hidden});
        layer.qkv = torch::cat({unpermuted(loadTensor(file, name("attn_q"), {c.hidden, c.hidden}), c.heads),
                                unpermuted(loadTensor(file, name("attn_k"), {kv, c.hidden}), c.kvHeads),
                                loadTensor(file, name("attn_v"), {kv, c.hidden})});
        layer.out = loadTensor(file, name("attn_output"), {c.hidden, c.hidden});
        layer.gateUp = torch::cat({loadTensor(file, name("ffn_gate"), {c.ffn, c.hidden}),
                                   loadTensor(file, name("ffn_up"), {c.ffn, c.hidden})});
        layer.down = loadTensor(file, name("ffn_down"), {c.hidden, c.ffn});
        layers_.push_back(layer);
    }
    makeRotary();
}

LanguageModel::LanguageModel(const LanguageModelConfig& config,
                             const std::function<torch::Tensor(const std::string&)>& tensor)
    : config_(config)
{
    embedding_ = tensor("model.embed_tokens.weight");
    finalNorm_ = tensor("model.norm.weight");
    for (std::int64_t i = 0; i < config.layers; ++i) {
        const auto get = [&](const char* part) {
            return tensor("model.layers." + std::to_string(i) + "." + part + ".weight");
        };
        layers_.push_back({get("input_layernorm"),
                           torch::cat({get("self_attn.q_proj"), get("self_attn.k_proj"), get("self_attn.v_proj")}),
                           {},
                           get("self_attn.o_proj"),
                           get("post_attention_layernorm"),
                           torch::cat({get("mlp.gate_proj"), get("mlp.up_proj")}),
                           get("mlp.down_proj")});
    }
    makeRotary();
}

void LanguageModel::makeRotary()
{
    const auto half = config_.headDim / 2;
    const auto frequency =
        torch::pow(config_.ropeTheta, -torch::arange(half, torch::kDouble) / static_cast<double>(half));
    const auto angle = torch::arange(config_.context, torch::kDouble).unsqueeze(1) * frequency.unsqueeze(0);
    const auto both = torch::cat({angle, angle}, 1);
    cosine_ = both.cos().to(torch::kFloat);
    sine_ = both.sin().to(torch::kFloat);
}

torch::Tensor LanguageModel::rotated(const torch::Tensor& x, std::int64_t start) const
{
    const auto t = x.size(2);
    const auto halves = x.chunk(2, 3);
    // Of bfloat16 and float32 comes float32: attention stays in it, because MKL has no fast bfloat16 product for the
    // small matrices of heads.
    return x * cosine_.narrow(0, start, t) + torch::cat({-halves[1], halves[0]}, 3) * sine_.narrow(0, start, t);
}

torch::Tensor LanguageModel::embed(const torch::Tensor& ids) const
{
    return torch::embedding(embedding_, ids).to(torch::kFloat);
}

torch::Tensor LanguageModel::embed(const std::vector<int>& ids) const
{
    return embed(torch::tensor(ids, torch::kLong)).unsqueeze(0);
}

double LanguageModel::embeddingNorm() const
{
    return embedding_.to(torch::kFloat).norm(2, 1).mean().item<double>();
}

torch::Tensor LanguageModel::attend(std::size_t index, const torch::Tensor& x, KvCache* cache,
                                    std::vector<torch::Tensor>* attention) const
{
    const auto& c = config_;
    const auto b = x.size(0), t = x.size(1), kv = c.kvHeads * c.headDim;
    const auto qkv = torch::linear(x, layers_[index].qkv).split_with_sizes({c.hidden, kv, kv}, 2);
    const bool adapted = lora_ != nullptr && lora_->enabled;
    const auto split = [&](const torch::Tensor& y, std::int64_t heads) {
        return y.view({b, t, heads, c.headDim}).transpose(1, 2);
    };
    const std::int64_t start = cache != nullptr ? cache->length() : 0;
    const auto q = rotated(split(adapted ? qkv[0] + lora_->query(index, x) : qkv[0], c.heads), start);
    auto k = rotated(split(qkv[1], c.kvHeads), start);
    auto v = split(adapted ? qkv[2] + lora_->value(index, x) : qkv[2], c.kvHeads).to(torch::kFloat);
    if (cache != nullptr)
        std::tie(k, v) = cache->extend(index, k, v);
    const auto mixed = mix(q, k, v, cache != nullptr ? cache->padding : torch::Tensor(), attention);
    return torch::linear(mixed.transpose(1, 2).reshape({b, t, c.hidden}).to(type()), layers_[index].out);
}

// q [B, heads, T, d]; k, v [B, kvHeads, all, d] -> [B, heads, T, d]. The queries are the last T of all positions.
torch::Tensor LanguageModel::mix(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v,
                                 const torch::Tensor& padding, std::vector<torch::Tensor>* attention) const
{
    const auto b = q.size(0), t = q.size(2), total = k.size(2);
    const auto repeats = config_.heads / config_.kvHeads;
    torch::Tensor allowed; // true where a query may look
    if (padding.defined() || (t > 1 && (total > t || attention != nullptr))) {
        // is_causal would align the mask at the top left; behind a cache it has to end at the bottom right.
        allowed = torch::ones({t, total}, torch::kBool).tril(total - t).unsqueeze(0);
        if (padding.defined()) {
            const auto heard = torch::arange(total).unsqueeze(0) >= padding.unsqueeze(1); // [B, total]
            const auto self = torch::eye(total, torch::kBool).narrow(0, total - t, t);    // padding sees itself, no NaN
            allowed = (allowed.logical_and(heard.unsqueeze(1))).logical_or(self);
        }
        allowed = allowed.unsqueeze(1); // [1 or B, 1, T, total]
    }
    if (attention != nullptr || t == 1) {
        // Heads that share keys are computed together, so that the cache is read once.
        const auto grouped = q.reshape({b, config_.kvHeads, repeats * t, config_.headDim});
        auto scores = torch::matmul(grouped, k.transpose(2, 3)) / std::sqrt(static_cast<double>(config_.headDim));
        scores = scores.view({b, config_.heads, t, total});
        if (allowed.defined())
            scores = scores.masked_fill(allowed.logical_not(), -INFINITY);
        const auto weights = torch::softmax(scores, -1);
        if (attention != nullptr)
            attention->push_back(weights);
        return torch::matmul(weights.view({b, config_.kvHeads, repeats * t, total}), v)
            .view({b, config_.heads, t, config_.headDim});
    }
    const auto mask = allowed.defined() ? std::optional(allowed) : std::nullopt;
    return at::scaled_dot_product_attention(q, k.repeat_interleave(repeats, 1), v.repeat_interleave(repeats, 1), mask,
                                            0.0, !mask);
}

torch::Tensor LanguageModel::forward(const torch::Tensor& embeddings, KvCache* cache,
                                     std::vector<torch::Tensor>* attention, std::vector<torch::Tensor>* states) const
{
    const std::int64_t end = embeddings.size(1) + (cache != nullptr ? cache->length() : 0);
    if (end > config_.context)
        throw badInput("prompt",
                       "has " + std::to_string(end) + " tokens, the model holds " + std::to_string(config_.context));
    const c10::IntArrayRef width(config_.hidden);
    auto x = embeddings; // the residual stream stays float32 whatever the matrices are
    const auto normed = [&](const torch::Tensor& gain) {
        return at::rms_norm(x, width, gain, config_.rmsEps).to(type());
    };
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const Layer& layer = layers_[i];
        x = x + attend(i, normed(layer.inputNorm), cache, attention);
        const auto gateUp = torch::linear(normed(layer.outputNorm), layer.gateUp).chunk(2, 2);
        x = x + torch::linear(torch::silu(gateUp[0]) * gateUp[1], layer.down);
        if (states != nullptr)
            states->push_back(x);
    }
    if (cache != nullptr)
        cache->length_ = end;
    return at::rms_norm(x, width, finalNorm_, config_.rmsEps);
}

torch::Tensor LanguageModel::logits(const torch::Tensor& states) const
{
    return torch::linear(states.to(type()), embedding_).to(torch::kFloat);
}

void LanguageModel::useBfloat16()
{
    torch::NoGradGuard guard;
    const auto convert = [](torch::Tensor& matrix) { matrix = matrix.to(torch::kBFloat16); };
    convert(embedding_);
    for (Layer& layer : layers_)
        for (torch::Tensor* matrix : {&layer.qkv, &layer.out, &layer.gateUp, &layer.down})
            convert(*matrix);
}

} // namespace binaurium::nn
