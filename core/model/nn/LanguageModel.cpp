// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/LanguageModel.h"

#include "core/model/nn/RmsNorm.h"
#include "core/model/nn/Rotary.h"
#include "core/support/Error.h"

#include <ATen/ops/linalg_vector_norm.h>
#include <algorithm>
#include <cmath>

namespace binaurium::nn {
namespace {

constexpr std::int64_t mostKeptWeights = 1 << 22; // of attention in one layer, for the way back

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

Packing::Packing(const std::vector<Group>& groups)
{
    for (const Group& group : groups)
        for (const auto length : group.lengths)
            longest = std::max(longest, group.shared + length);
    std::vector<std::int64_t> from, to, places;
    for (const Group& group : groups) {
        const auto start = static_cast<std::int64_t>(to.size());
        for (const auto length : group.lengths) {
            const auto begin = rows * longest; // of this row
            const bool isFirst = static_cast<std::int64_t>(to.size()) == start;
            for (std::int64_t i = isFirst ? 0 : group.shared; i < group.shared + length; ++i) {
                to.push_back(begin + i);
                places.push_back(i);
            }
            const auto end = static_cast<std::int64_t>(to.size());
            for (std::int64_t i = 0; i < longest; ++i)
                from.push_back(i < group.shared ? start + i : std::min(end - length + i - group.shared, end - 1));
            ++rows;
        }
    }
    spread = torch::tensor(from);
    gather = torch::tensor(to);
    position = torch::tensor(places);
}

Packing Packing::on(const torch::Device& device) const
{
    Packing moved = *this;
    moved.spread = spread.to(device);
    moved.gather = gather.to(device);
    moved.position = position.to(device);
    return moved;
}

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

LanguageModel::LanguageModel(const LanguageModelConfig& config, const TensorSource& tensor) : config_(config)
{
    torch::NoGradGuard guard;
    const auto& c = config_;
    const auto q = c.heads * c.headDim, kv = c.kvHeads * c.headDim;
    const auto norm = [&](const std::string& name) { return tensor(name, {c.hidden}).to(torch::kFloat); };
    embedding_ = tensor("model.embed_tokens.weight", {c.vocabulary, c.hidden});
    if (!c.tied)
        head_ = tensor("lm_head.weight", {c.vocabulary, c.hidden});
    finalNorm_ = norm("model.norm.weight");
    for (std::int64_t i = 0; i < c.layers; ++i) {
        const auto name = [&](const char* part) { return "model.layers." + std::to_string(i) + "." + part; };
        const auto get = [&](const char* part, std::int64_t out, std::int64_t in) {
            return tensor(name(part) + ".weight", {out, in});
        };
        const auto bias = [&](const char* part, std::int64_t out) { return tensor(name(part) + ".bias", {out}); };
        Layer layer;
        layer.inputNorm = norm(name("input_layernorm.weight"));
        layer.outputNorm = norm(name("post_attention_layernorm.weight"));
        layer.qkv = torch::cat({get("self_attn.q_proj", q, c.hidden), get("self_attn.k_proj", kv, c.hidden),
                                get("self_attn.v_proj", kv, c.hidden)});
        if (c.qkvBias)
            layer.qkvBias =
                torch::cat({bias("self_attn.q_proj", q), bias("self_attn.k_proj", kv), bias("self_attn.v_proj", kv)});
        layer.out = get("self_attn.o_proj", c.hidden, q);
        layer.gateUp = torch::cat({get("mlp.gate_proj", c.ffn, c.hidden), get("mlp.up_proj", c.ffn, c.hidden)});
        layer.down = get("mlp.down_proj", c.hidden, c.ffn);
        layers_.push_back(layer);
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

torch::Tensor LanguageModel::embed(const torch::Tensor& ids) const
{
    return torch::embedding(embedding_, ids.to(device())).to(torch::kFloat);
}

torch::Tensor LanguageModel::embed(const std::vector<int>& ids) const
{
    return embed(torch::tensor(ids, torch::kLong)).unsqueeze(0);
}

double LanguageModel::embeddingNorm() const
{
    return at::linalg_vector_norm(embedding_, 2, at::IntArrayRef{1}, false, torch::kFloat).mean().item<double>();
}

std::vector<int> LanguageModel::nearestTokens(const torch::Tensor& embeddings) const
{
    const auto length = at::linalg_vector_norm(embedding_, 2, at::IntArrayRef{1}, false, torch::kFloat).clamp_min(1e-6);
    const auto nearest = (torch::linear(embeddings.to(type()), embedding_).to(torch::kFloat) / length).argmax(1);
    std::vector<int> ids;
    for (std::int64_t i = 0; i < nearest.size(0); ++i)
        ids.push_back(static_cast<int>(nearest[i].item<std::int64_t>()));
    return ids;
}

torch::Tensor LanguageModel::adapted(const torch::Tensor& y, LoraTarget target, std::size_t layer,
                                     const torch::Tensor& x) const
{
    if (lora_ == nullptr || !lora_->enabled || !lora_->has(target))
        return y;
    return lora_->applied(y, target, layer, x);
}

torch::Tensor LanguageModel::attend(std::size_t index, const torch::Tensor& x, const Pass& pass) const
{
    const auto& c = config_;
    const auto kv = c.kvHeads * c.headDim;
    const auto b = pass.packing != nullptr ? pass.packing->rows : x.size(0);
    const auto t = pass.packing != nullptr ? pass.packing->longest : x.size(1);
    const auto qkv =
        torch::linear(x, layers_[index].qkv, layers_[index].qkvBias).split_with_sizes({c.hidden, kv, kv}, 2);
    // Attention stays in float32: MKL has no fast bfloat16 product for the small matrices of heads.
    const auto split = [&](const torch::Tensor& part, LoraTarget target, std::int64_t heads) {
        return adapted(part, target, index, x).unflatten(2, {heads, c.headDim}); // [B, T, heads, d], or packed
    };
    const auto placed = [&](const torch::Tensor& y) {
        const auto rows = pass.packing == nullptr ? y : y[0].index_select(0, pass.packing->spread).unflatten(0, {b, t});
        return rows.transpose(1, 2); // [B, heads, T, d]
    };
    const auto q = placed(rotated(split(qkv[0], LoraTarget::Query, c.heads), pass.cosine, pass.sine));
    auto k = placed(rotated(split(qkv[1], LoraTarget::Key, c.kvHeads), pass.cosine, pass.sine));
    auto v = placed(split(qkv[2], LoraTarget::Value, c.kvHeads)).to(torch::kFloat);
    if (pass.cache != nullptr)
        std::tie(k, v) = pass.cache->extend(index, k, v);
    const auto heads =
        pass.cache != nullptr && pass.cache->isBranched()
            ? pass.cache->attendBranches(index, q, k, v)
            : mix(q, k, v, pass.cache != nullptr ? pass.cache->padding : torch::Tensor(), pass.attention);
    auto mixed = heads.transpose(1, 2).reshape({b, t, c.hidden}).to(type());
    if (pass.packing != nullptr)
        mixed = mixed.view({b * t, c.hidden}).index_select(0, pass.packing->gather).unsqueeze(0);
    return adapted(torch::linear(mixed, layers_[index].out), LoraTarget::Out, index, mixed);
}

// q [B, heads, T, d]; k, v [B, kvHeads, all, d] -> [B, heads, T, d]. The queries are the last T of all positions.
torch::Tensor LanguageModel::mix(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v,
                                 const torch::Tensor& padding, std::vector<torch::Tensor>* attention) const
{
    const auto b = q.size(0), t = q.size(2), total = k.size(2);
    const auto repeats = config_.heads / config_.kvHeads;
    // Plain matrices are faster forth and back than the kernel that keeps no weights, as long as these are few.
    const bool isTrained = torch::GradMode::is_enabled() && q.requires_grad() && q.is_cpu() &&
                           b * config_.heads * t * total <= mostKeptWeights;
    const bool isPlain = attention != nullptr || t == 1 || isTrained;
    torch::Tensor allowed; // true where a query may look
    if (padding.defined() || (t > 1 && (total > t || isPlain))) {
        // is_causal would align the mask at the top left; behind a cache it has to end at the bottom right.
        const auto flags = q.options().dtype(torch::kBool);
        allowed = torch::ones({t, total}, flags).tril(total - t).unsqueeze(0);
        if (padding.defined()) {
            const auto heard =
                torch::arange(total, padding.options()).unsqueeze(0) >= padding.unsqueeze(1); // [B, total]
            const auto self = torch::eye(total, flags).narrow(0, total - t, t); // padding sees itself, no NaN
            allowed = (allowed.logical_and(heard.unsqueeze(1))).logical_or(self);
        }
        allowed = allowed.unsqueeze(1); // [1 or B, 1, T, total]
    }
    if (isPlain) {
        // Heads that share keys are computed together, so that the cache is read once.
        const auto grouped = q.reshape({b, config_.kvHeads, repeats * t, config_.headDim});
        const auto scaled = grouped / std::sqrt(static_cast<double>(config_.headDim));
        auto scores = torch::matmul(scaled, k.transpose(2, 3)).view({b, config_.heads, t, total});
        if (allowed.defined())
            scores.add_(torch::where(allowed, 0.0, -INFINITY));
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
    if (states == nullptr && isQuantisedStep(embeddings, cache))
        return quantisedStep(embeddings, *cache, attention);
    auto last = through(embeddings, {cache, attention, nullptr, states, {}, {}});
    if (cache != nullptr)
        cache->length_ = end;
    return last;
}

torch::Tensor LanguageModel::forward(const torch::Tensor& embeddings, const Packing& packing) const
{
    if (packing.longest > config_.context)
        throw badInput("prompt", "has " + std::to_string(packing.longest) + " tokens, the model holds " +
                                     std::to_string(config_.context));
    const auto there = packing.on(device());
    return through(embeddings, {nullptr, nullptr, &there, nullptr, {}, {}});
}

// x is the residual stream; it stays float32 whatever the matrices are.
torch::Tensor LanguageModel::through(torch::Tensor x, Pass pass) const
{
    const auto start = pass.cache != nullptr ? pass.cache->length() : 0;
    const auto ofPlaces = [&](const torch::Tensor& all) {
        return pass.packing != nullptr ? all.index_select(0, pass.packing->position) : all.narrow(0, start, x.size(1));
    };
    pass.cosine = ofPlaces(cosine_);
    pass.sine = ofPlaces(sine_);
    const auto normed = [&](const torch::Tensor& gain) { return rmsNormed(x, gain, config_.rmsEps, type()); };
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const Layer& layer = layers_[i];
        x = x + attend(i, normed(layer.inputNorm), pass);
        const auto input = normed(layer.outputNorm);
        const auto gateUp = torch::linear(input, layer.gateUp).chunk(2, 2);
        const auto inner =
            torch::silu(adapted(gateUp[0], LoraTarget::Gate, i, input)) * adapted(gateUp[1], LoraTarget::Up, i, input);
        x = x + adapted(torch::linear(inner, layer.down), LoraTarget::Down, i, inner);
        if (pass.states != nullptr)
            pass.states->push_back(x);
    }
    return rmsNormed(x, finalNorm_, config_.rmsEps, torch::kFloat);
}

torch::Tensor LanguageModel::logits(const torch::Tensor& states) const
{
    if (quantised_ != nullptr && !torch::GradMode::is_enabled() && states.numel() == config_.hidden) {
        auto shape = states.sizes().vec();
        shape.back() = config_.vocabulary;
        auto result = torch::empty(shape);
        quantised_->logits(states.contiguous().const_data_ptr<float>(), result.data_ptr<float>());
        return result;
    }
    return torch::linear(states.to(type()), head_.defined() ? head_ : embedding_).to(torch::kFloat);
}

bool LanguageModel::useQuantised(const GgufFile& file)
{
    auto decoder = QuantisedDecoder::make(file, config_);
    if (decoder)
        quantised_ = std::make_shared<const QuantisedDecoder>(std::move(*decoder));
    return quantised_ != nullptr;
}

bool LanguageModel::isQuantisedStep(const torch::Tensor& embeddings, const KvCache* cache) const
{
    return quantised_ != nullptr && !torch::GradMode::is_enabled() && cache != nullptr && cache->capacity_ > 0 &&
           cache->length_ > 0 && embeddings.size(0) == 1 && embeddings.size(1) == 1 && !cache->padding.defined() &&
           !cache->isBranched();
}

torch::Tensor LanguageModel::quantisedStep(const torch::Tensor& embedding, KvCache& cache,
                                           std::vector<torch::Tensor>* attention) const
{
    auto state = embedding.clone(at::MemoryFormat::Contiguous);
    std::vector<float> weights;
    const auto at = cache.length_;
    quantised_->step(
        state.data_ptr<float>(),
        [&](std::size_t layer) {
            return QuantisedDecoder::LayerCache{cache.keys_[layer].data_ptr<float>(),
                                                cache.values_[layer].data_ptr<float>(), at, cache.capacity_};
        },
        cosine_[at].const_data_ptr<float>(), sine_[at].const_data_ptr<float>(), lora_.get(),
        attention != nullptr ? &weights : nullptr);
    cache.length_ = at + 1;
    if (attention != nullptr)
        for (const auto& layer : torch::tensor(weights).view({config_.layers, 1, config_.heads, 1, at + 1}).unbind(0))
            attention->push_back(layer);
    return state;
}

void LanguageModel::moveTo(const torch::Device& device)
{
    torch::NoGradGuard guard;
    const auto move = [&](torch::Tensor& tensor) {
        if (tensor.defined())
            tensor = tensor.to(device);
    };
    for (torch::Tensor* tensor : {&embedding_, &head_, &finalNorm_, &cosine_, &sine_})
        move(*tensor);
    for (Layer& layer : layers_)
        for (torch::Tensor* tensor :
             {&layer.inputNorm, &layer.qkv, &layer.qkvBias, &layer.out, &layer.outputNorm, &layer.gateUp, &layer.down})
            move(*tensor);
    if (!device.is_cpu())
        quantised_.reset();
    if (lora_ != nullptr)
        lora_->moveTo(device);
}

void LanguageModel::attach(std::shared_ptr<Lora> lora)
{
    lora_ = std::move(lora);
    if (lora_ != nullptr)
        lora_->moveTo(device());
}

void LanguageModel::useBfloat16()
{
    torch::NoGradGuard guard;
    const auto convert = [](torch::Tensor& matrix) {
        if (matrix.defined())
            matrix = matrix.to(torch::kBFloat16);
    };
    convert(embedding_);
    convert(head_);
    for (Layer& layer : layers_)
        for (torch::Tensor* matrix : {&layer.qkv, &layer.qkvBias, &layer.out, &layer.gateUp, &layer.down})
            convert(*matrix);
}

} // namespace binaurium::nn
