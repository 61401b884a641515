// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/QuantisedDecoder.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace binaurium::nn {
namespace {

using Parts = QuantisedMatrix::Parts;

constexpr std::int64_t tilesPerThread = 8; // fewer are not worth waking a thread

BINAURIUM_CLONES float dot(const float* a, const float* b, std::int64_t n)
{
    float sum[16] = {};
    std::int64_t i = 0;
    for (; i + 16 <= n; i += 16)
        for (int k = 0; k < 16; ++k)
            sum[k] += a[i + k] * b[i + k];
    float total = 0.0F;
    for (const float s : sum)
        total += s;
    for (; i < n; ++i)
        total += a[i] * b[i];
    return total;
}

BINAURIUM_CLONES void addScaled(float* y, const float* x, float factor, std::int64_t n)
{
    for (std::int64_t i = 0; i < n; ++i)
        y[i] += factor * x[i];
}

void rmsNorm(const float* x, const std::vector<float>& gain, double epsilon, float* out)
{
    const auto n = static_cast<std::int64_t>(gain.size());
    const float factor = 1.0F / std::sqrt(dot(x, x, n) / static_cast<float>(n) + static_cast<float>(epsilon));
    for (std::int64_t i = 0; i < n; ++i)
        out[i] = x[i] * factor * gain[static_cast<std::size_t>(i)];
}

// Two halves of a head, turned by the position's angles.
void rotate(float* head, const float* cosine, const float* sine, std::int64_t size)
{
    const auto half = size / 2;
    for (std::int64_t i = 0; i < half; ++i) {
        const float a = head[i], b = head[i + half];
        head[i] = a * cosine[i] - b * sine[i];
        head[i + half] = b * cosine[i + half] + a * sine[i + half];
    }
}

void multiply(const QuantisedMatrix& matrix, const QuantisedVector& x, std::vector<float>& y)
{
    y.resize(matrix.tiles() * PackedWeights::tileRows);
    at::parallel_for(0, static_cast<std::int64_t>(matrix.tiles()), tilesPerThread,
                     [&](std::int64_t first, std::int64_t end) {
                         matrix.multiply(x, static_cast<std::size_t>(first), static_cast<std::size_t>(end), y.data());
                     });
}

// y += what the adapter of `target` adds for x.
void adapt(const Lora* lora, LoraTarget target, std::size_t layer, const float* x, float* y)
{
    if (lora == nullptr || !lora->enabled || !lora->has(target))
        return;
    const auto& [a, b] = lora->matrices(target, layer);
    const auto rank = a.size(0), in = a.size(1), out = b.size(0);
    const float scale = static_cast<float>(lora->options().alpha / lora->options().rank);
    std::vector<float> middle(static_cast<std::size_t>(rank));
    for (std::int64_t r = 0; r < rank; ++r)
        middle[static_cast<std::size_t>(r)] = scale * dot(a.const_data_ptr<float>() + r * in, x, in);
    for (std::int64_t o = 0; o < out; ++o)
        y[o] += dot(b.const_data_ptr<float>() + o * rank, middle.data(), rank);
}

std::vector<float> vectorOf(const GgufTensor& tensor)
{
    std::vector<float> values(static_cast<std::size_t>(tensor.elements()));
    dequantise(tensor, values);
    return values;
}

// GGUF stores the query and key rows of Llama interleaved; this is the order of two halves per head.
std::vector<std::size_t> halvesOrder(std::int64_t heads, std::int64_t headDim)
{
    std::vector<std::size_t> order;
    for (std::int64_t h = 0; h < heads; ++h)
        for (std::int64_t half = 0; half < 2; ++half)
            for (std::int64_t i = 0; i < headDim / 2; ++i)
                order.push_back(static_cast<std::size_t>(h * headDim + 2 * i + half));
    return order;
}

} // namespace

// Buffers of one step.
struct QuantisedDecoder::Work
{
    QuantisedVector input;
    std::vector<float> normed, qkv, mixed, projected, gateUp, inner, scores;
};

QuantisedDecoder::QuantisedDecoder(const LanguageModelConfig& config, QuantisedMatrix embedding)
    : config_(config), embedding_(std::move(embedding))
{}

std::optional<QuantisedDecoder> QuantisedDecoder::make(const GgufFile& file, const LanguageModelConfig& config)
{
    const auto& embedding = file.tensor("token_embd.weight");
    if (!QuantisedMatrix::canPack({&embedding}))
        return {};
    WeightMemory memory; // in the order in which a step reads it
    std::vector<Layer> layers;
    for (std::int64_t i = 0; i < config.layers; ++i) {
        const auto get = [&](const char* part) -> const GgufTensor& {
            return file.tensor("blk." + std::to_string(i) + "." + part + ".weight");
        };
        const GgufTensor &q = get("attn_q"), &k = get("attn_k"), &v = get("attn_v"), &out = get("attn_output"),
                         &gate = get("ffn_gate"), &up = get("ffn_up"), &down = get("ffn_down");
        if (!QuantisedMatrix::canPack({&q, &k, &v}) || !QuantisedMatrix::canPack({&out}) ||
            !QuantisedMatrix::canPack({&gate, &up}) || !QuantisedMatrix::canPack({&down}))
            return {};
        layers.push_back({vectorOf(get("attn_norm")), vectorOf(get("ffn_norm")),
                          QuantisedMatrix(Parts{{&q, halvesOrder(config.heads, config.headDim)},
                                                {&k, halvesOrder(config.kvHeads, config.headDim)},
                                                {&v, {}}},
                                          memory),
                          QuantisedMatrix(Parts{{&out, {}}}, memory),
                          QuantisedMatrix(Parts{{&gate, {}}, {&up, {}}}, memory),
                          QuantisedMatrix(Parts{{&down, {}}}, memory)});
    }
    QuantisedDecoder decoder(config, QuantisedMatrix(Parts{{&embedding, {}}}, memory));
    decoder.layers_ = std::move(layers);
    decoder.finalNorm_ = vectorOf(file.tensor("output_norm.weight"));
    return decoder;
}

void QuantisedDecoder::attend(const LayerCache& cache, const float* cosine, const float* sine, Work& work,
                              std::vector<float>* attention) const
{
    const auto d = config_.headDim, total = cache.length + 1;
    float* query = work.qkv.data();
    float* key = query + config_.hidden;
    const float* value = key + config_.kvHeads * d;
    for (std::int64_t h = 0; h < config_.heads; ++h)
        rotate(query + h * d, cosine, sine, d);
    for (std::int64_t h = 0; h < config_.kvHeads; ++h) {
        rotate(key + h * d, cosine, sine, d);
        std::copy_n(key + h * d, d, cache.keys + (h * cache.capacity + cache.length) * d);
        std::copy_n(value + h * d, d, cache.values + (h * cache.capacity + cache.length) * d);
    }
    const float factor = 1.0F / std::sqrt(static_cast<float>(d));
    work.mixed.assign(static_cast<std::size_t>(config_.hidden), 0.0F);
    work.scores.resize(static_cast<std::size_t>(total));
    for (std::int64_t h = 0; h < config_.heads; ++h) {
        const auto shared = h / (config_.heads / config_.kvHeads) * cache.capacity * d;
        float* scores = work.scores.data();
        for (std::int64_t t = 0; t < total; ++t)
            scores[t] = factor * dot(query + h * d, cache.keys + shared + t * d, d);
        const float peak = *std::max_element(scores, scores + total);
        float sum = 0.0F;
        for (std::int64_t t = 0; t < total; ++t)
            sum += scores[t] = std::exp(scores[t] - peak);
        for (std::int64_t t = 0; t < total; ++t) {
            scores[t] /= sum;
            addScaled(work.mixed.data() + h * d, cache.values + shared + t * d, scores[t], d);
        }
        if (attention != nullptr)
            attention->insert(attention->end(), scores, scores + total);
    }
}

void QuantisedDecoder::step(float* x, const std::function<LayerCache(std::size_t)>& cache, const float* cosine,
                            const float* sine, const Lora* lora, std::vector<float>* attention) const
{
    Work w;
    const auto hidden = config_.hidden, kv = config_.kvHeads * config_.headDim, ffn = config_.ffn;
    w.normed.resize(static_cast<std::size_t>(hidden));
    w.inner.resize(static_cast<std::size_t>(ffn));
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const Layer& layer = layers_[i];
        rmsNorm(x, layer.inputNorm, config_.rmsEps, w.normed.data());
        w.input.assign(w.normed);
        multiply(layer.qkv, w.input, w.qkv);
        adapt(lora, LoraTarget::Query, i, w.normed.data(), w.qkv.data());
        adapt(lora, LoraTarget::Key, i, w.normed.data(), w.qkv.data() + hidden);
        adapt(lora, LoraTarget::Value, i, w.normed.data(), w.qkv.data() + hidden + kv);
        attend(cache(i), cosine, sine, w, attention);
        w.input.assign(w.mixed);
        multiply(layer.out, w.input, w.projected);
        adapt(lora, LoraTarget::Out, i, w.mixed.data(), w.projected.data());
        addScaled(x, w.projected.data(), 1.0F, hidden);

        rmsNorm(x, layer.outputNorm, config_.rmsEps, w.normed.data());
        w.input.assign(w.normed);
        multiply(layer.gateUp, w.input, w.gateUp);
        adapt(lora, LoraTarget::Gate, i, w.normed.data(), w.gateUp.data());
        adapt(lora, LoraTarget::Up, i, w.normed.data(), w.gateUp.data() + ffn);
        for (std::int64_t k = 0; k < ffn; ++k) {
            const float gate = w.gateUp[static_cast<std::size_t>(k)];
            w.inner[static_cast<std::size_t>(k)] =
                gate / (1.0F + std::exp(-gate)) * w.gateUp[static_cast<std::size_t>(k + ffn)];
        }
        w.input.assign(w.inner);
        multiply(layer.down, w.input, w.projected);
        adapt(lora, LoraTarget::Down, i, w.inner.data(), w.projected.data());
        addScaled(x, w.projected.data(), 1.0F, hidden);
    }
    rmsNorm(x, finalNorm_, config_.rmsEps, w.normed.data());
    std::ranges::copy(w.normed, x);
}

void QuantisedDecoder::logits(const float* state, float* out) const
{
    QuantisedVector x;
    x.assign({state, static_cast<std::size_t>(config_.hidden)});
    std::vector<float> y;
    multiply(embedding_, x, y);
    std::copy_n(y.begin(), embedding_.rows(), out);
}

std::size_t QuantisedDecoder::bytes() const noexcept
{
    std::size_t sum = embedding_.bytes();
    for (const Layer& layer : layers_)
        sum += layer.qkv.bytes() + layer.out.bytes() + layer.gateUp.bytes() + layer.down.bytes();
    return sum;
}

} // namespace binaurium::nn
