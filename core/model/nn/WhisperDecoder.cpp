// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/WhisperDecoder.h"

#include "core/model/nn/WhisperWeights.h"
#include "core/support/Error.h"

#include <cmath>

namespace binaurium::nn {
namespace {

constexpr std::int64_t vocabulary = 51864;
constexpr int blankToken = 220; // a space

} // namespace

struct WhisperDecoder::Memory
{
    std::vector<torch::Tensor> keys, values;           // [heads, positions, whisperHeadDim], grow
    std::vector<torch::Tensor> crossKeys, crossValues; // [heads, T, whisperHeadDim]
};

WhisperDecoder::WhisperDecoder(const CTranslate2File& file)
{
    torch::NoGradGuard guard;
    if (file.specification() != "WhisperSpec")
        throw badInput(file.name(), "holds a '" + file.specification() + "', not a Whisper model");
    const auto& shape = file.variable("decoder/embeddings/weight").shape;
    if (shape.size() != 2 || shape[0] != vocabulary || shape[1] < whisperHeadDim || shape[1] % whisperHeadDim != 0)
        throw badInput(file.name(), "its decoder is not that of an English-only Whisper");
    const auto d = width_ = shape[1];
    heads_ = d / whisperHeadDim;
    const auto get = [&](const std::string& name, const std::vector<std::int64_t>& sizes) {
        return whisperTensor(file, "decoder/" + name, sizes);
    };
    embedding_ = get("embeddings/weight", {vocabulary, d});
    positions_ = get("position_encodings/encodings", {448, d});
    normGain_ = get("layer_norm/gamma", {d});
    normBias_ = get("layer_norm/beta", {d});
    for (int i = 0; file.has("decoder/layer_" + std::to_string(i) + "/ffn/linear_0/weight"); ++i) {
        const auto name = "layer_" + std::to_string(i);
        const auto self = name + "/self_attention", cross = name + "/attention", ffn = name + "/ffn";
        layers_.push_back({get(self + "/layer_norm/gamma", {d}),        get(self + "/layer_norm/beta", {d}),
                           get(self + "/linear_0/weight", {3 * d, d}),  get(self + "/linear_0/bias", {3 * d}),
                           get(self + "/linear_1/weight", {d, d}),      get(self + "/linear_1/bias", {d}),
                           get(cross + "/layer_norm/gamma", {d}),       get(cross + "/layer_norm/beta", {d}),
                           get(cross + "/linear_0/weight", {d, d}),     get(cross + "/linear_0/bias", {d}),
                           get(cross + "/linear_1/weight", {2 * d, d}), get(cross + "/linear_1/bias", {2 * d}),
                           get(cross + "/linear_2/weight", {d, d}),     get(cross + "/linear_2/bias", {d}),
                           get(ffn + "/layer_norm/gamma", {d}),         get(ffn + "/layer_norm/beta", {d}),
                           get(ffn + "/linear_0/weight", {4 * d, d}),   get(ffn + "/linear_0/bias", {4 * d}),
                           get(ffn + "/linear_1/weight", {d, 4 * d}),   get(ffn + "/linear_1/bias", {d})});
    }
    if (layers_.empty())
        throw badInput(file.name(), "has no decoder layers");
}

// Logits [vocabulary] of what follows `token` at a position.
torch::Tensor WhisperDecoder::step(int token, std::int64_t position, Memory& memory) const
{
    const auto norm = [this](const torch::Tensor& x, const torch::Tensor& gain, const torch::Tensor& bias) {
        return torch::layer_norm(x, {width_}, gain, bias);
    };
    const auto split = [this](const torch::Tensor& x) {
        return x.reshape({-1, heads_, whisperHeadDim}).transpose(0, 1);
    };
    const auto attend = [this](const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v) {
        return at::scaled_dot_product_attention(q, k, v).transpose(0, 1).reshape({1, width_});
    };
    auto x = (embedding_[token] + positions_[position]).unsqueeze(0);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const Layer& layer = layers_[i];
        const auto qkv = torch::linear(norm(x, layer.norm1Gain, layer.norm1Bias), layer.qkv, layer.qkvBias).chunk(3, 1);
        auto& keys = memory.keys[i];
        auto& values = memory.values[i];
        keys = keys.defined() ? torch::cat({keys, split(qkv[1])}, 1) : split(qkv[1]);
        values = values.defined() ? torch::cat({values, split(qkv[2])}, 1) : split(qkv[2]);
        x = x + torch::linear(attend(split(qkv[0]), keys, values), layer.out, layer.outBias);
        const auto query = torch::linear(norm(x, layer.norm2Gain, layer.norm2Bias), layer.query, layer.queryBias);
        x = x + torch::linear(attend(split(query), memory.crossKeys[i], memory.crossValues[i]), layer.crossOut,
                              layer.crossOutBias);
        const auto hidden =
            torch::gelu(torch::linear(norm(x, layer.norm3Gain, layer.norm3Bias), layer.up, layer.upBias));
        x = x + torch::linear(hidden, layer.down, layer.downBias);
    }
    return torch::linear(norm(x, normGain_, normBias_), embedding_)[0];
}

WhisperDecoder::Text WhisperDecoder::transcribe(const torch::Tensor& states) const
{
    torch::NoGradGuard guard;
    if (states.dim() != 2 || states.size(1) != width_)
        throw badInput("speech", "its encoded states do not fit the decoder");
    Memory memory;
    memory.keys.resize(layers_.size());
    memory.values.resize(layers_.size());
    for (const Layer& layer : layers_) {
        const auto both = torch::linear(states, layer.keyValue, layer.keyValueBias).chunk(2, 1);
        memory.crossKeys.push_back(both[0].reshape({-1, heads_, whisperHeadDim}).transpose(0, 1));
        memory.crossValues.push_back(both[1].reshape({-1, heads_, whisperHeadDim}).transpose(0, 1));
    }
    (void)step(startToken, 0, memory);
    Text text;
    int token = noTimestampsToken;
    for (std::int64_t position = 1; position < positions_.size(0); ++position) {
        auto logits = step(token, position, memory);
        logits.slice(0, endToken + 1).fill_(-INFINITY);
        if (text.ids.empty()) {
            logits[blankToken].fill_(-INFINITY);
            logits[endToken].fill_(-INFINITY);
        }
        token = static_cast<int>(logits.argmax().item<std::int64_t>());
        text.logProb += torch::log_softmax(logits, 0)[token].item<double>();
        if (token == endToken)
            return text;
        text.ids.push_back(token);
    }
    text.cut = true;
    return text;
}

} // namespace binaurium::nn
