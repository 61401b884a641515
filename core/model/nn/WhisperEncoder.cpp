// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/WhisperEncoder.h"

#include "core/model/nn/TensorFile.h"
#include "core/model/nn/WhisperWeights.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>

namespace binaurium::nn {
namespace {

constexpr std::int64_t fftSize = 400;
constexpr std::int64_t hop = 160;
constexpr std::int64_t longestS = 30;

// Slaney's mel scale: linear below 1 kHz, logarithmic above.
double melToHz(double mel)
{
    constexpr double linear = 200.0 / 3.0;
    constexpr double knee = 15.0; // 1000 Hz
    return mel < knee ? mel * linear : 1000.0 * std::exp((mel - knee) * std::log(6.4) / 27.0);
}

// Triangles of equal area (Slaney), [bands, bins].
torch::Tensor melFilters(std::int64_t melBands)
{
    constexpr double topMel = 45.245640471924965; // 8 kHz
    const std::int64_t bins = fftSize / 2 + 1;
    auto filters = torch::zeros({melBands, bins}, torch::kDouble);
    auto f = filters.accessor<double, 2>();
    for (std::int64_t m = 0; m < melBands; ++m) {
        const auto edge = [&](std::int64_t i) { return melToHz(topMel * static_cast<double>(m + i) / (melBands + 1)); };
        const double low = edge(0), centre = edge(1), high = edge(2);
        for (std::int64_t k = 0; k < bins; ++k) {
            const double hz = static_cast<double>(k) * whisperRateHz / fftSize;
            const double rise = (hz - low) / (centre - low);
            const double fall = (high - hz) / (high - centre);
            f[m][k] = std::max(0.0, std::min(rise, fall)) * 2.0 / (high - low);
        }
    }
    return filters.to(torch::kFloat);
}

} // namespace

torch::Tensor whisperMel(const torch::Tensor& samples, std::int64_t bands)
{
    static const torch::Tensor usual = melFilters(80);
    const torch::Tensor filters = bands == 80 ? usual : melFilters(bands);
    static const torch::Tensor window = torch::hann_window(fftSize);
    const auto padded = torch::reflection_pad1d(samples.view({1, 1, -1}), {fftSize / 2, fftSize / 2}).view({-1});
    const auto frames = padded.unfold(0, fftSize, hop) * window;
    const auto power = torch::fft::rfft(frames).abs().pow(2).slice(0, 0, -1); // the last frame is dropped
    const auto level = torch::matmul(filters, power.t()).clamp_min(1e-10).log10();
    return (torch::maximum(level, level.max() - 8.0) + 4.0) / 4.0;
}

WhisperEncoder::WhisperEncoder(const CTranslate2File& file)
{
    torch::NoGradGuard guard;
    if (file.specification() != "WhisperSpec")
        throw badInput(file.name(), "holds a '" + file.specification() + "', not a Whisper model");
    const auto& shape = file.variable("encoder/conv1/weight").shape;
    if (shape.size() != 3 || shape[1] != bands_ || shape[2] != 3 || shape[0] % whisperHeadDim != 0)
        throw badInput(file.name(), "its first convolution has an unexpected shape");
    const auto d = width_ = shape[0];
    heads_ = d / whisperHeadDim;
    conv1_ = whisperTensor(file, "encoder/conv1/weight", {d, bands_, 3});
    conv1Bias_ = whisperTensor(file, "encoder/conv1/bias", {d});
    conv2_ = whisperTensor(file, "encoder/conv2/weight", {d, d, 3});
    conv2Bias_ = whisperTensor(file, "encoder/conv2/bias", {d});
    positions_ = whisperTensor(file, "encoder/position_encodings/encodings", {longestS * 50, d});
    normGain_ = whisperTensor(file, "encoder/layer_norm/gamma", {d});
    normBias_ = whisperTensor(file, "encoder/layer_norm/beta", {d});
    for (int i = 0; file.has("encoder/layer_" + std::to_string(i) + "/ffn/linear_0/weight"); ++i) {
        const auto name = "encoder/layer_" + std::to_string(i);
        const auto attention = name + "/self_attention";
        const auto ffn = name + "/ffn";
        layers_.push_back({whisperTensor(file, attention + "/layer_norm/gamma", {d}),
                           whisperTensor(file, attention + "/layer_norm/beta", {d}),
                           whisperTensor(file, attention + "/linear_0/weight", {3 * d, d}),
                           whisperTensor(file, attention + "/linear_0/bias", {3 * d}),
                           whisperTensor(file, attention + "/linear_1/weight", {d, d}),
                           whisperTensor(file, attention + "/linear_1/bias", {d}),
                           whisperTensor(file, ffn + "/layer_norm/gamma", {d}),
                           whisperTensor(file, ffn + "/layer_norm/beta", {d}),
                           whisperTensor(file, ffn + "/linear_0/weight", {4 * d, d}),
                           whisperTensor(file, ffn + "/linear_0/bias", {4 * d}),
                           whisperTensor(file, ffn + "/linear_1/weight", {d, 4 * d}),
                           whisperTensor(file, ffn + "/linear_1/bias", {d})});
    }
    if (layers_.empty())
        throw badInput(file.name(), "has no encoder layers");
}

WhisperEncoder::WhisperEncoder(const Qwen2AudioFolder& folder, torch::Dtype type) : inPairs_(true)
{
    torch::NoGradGuard guard;
    const auto& shape = folder.shape().tower;
    const auto d = width_ = shape.width;
    heads_ = shape.heads;
    bands_ = shape.melBands;
    const auto get = [&](const std::string& name, const std::vector<std::int64_t>& sizes) {
        return toTensor(folder.tensor("audio_tower." + name, sizes)).to(type);
    };
    conv1_ = get("conv1.weight", {d, bands_, 3});
    conv1Bias_ = get("conv1.bias", {d});
    conv2_ = get("conv2.weight", {d, d, 3});
    conv2Bias_ = get("conv2.bias", {d});
    positions_ = get("embed_positions.weight", {shape.positions, d});
    normGain_ = get("layer_norm.weight", {d});
    normBias_ = get("layer_norm.bias", {d});
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        const auto name = "layers." + std::to_string(i) + ".";
        const auto attention = name + "self_attn.";
        // Whisper's keys have no bias.
        layers_.push_back(
            {get(name + "self_attn_layer_norm.weight", {d}), get(name + "self_attn_layer_norm.bias", {d}),
             torch::cat({get(attention + "q_proj.weight", {d, d}), get(attention + "k_proj.weight", {d, d}),
                         get(attention + "v_proj.weight", {d, d})}),
             torch::cat(
                 {get(attention + "q_proj.bias", {d}), torch::zeros({d}, type), get(attention + "v_proj.bias", {d})}),
             get(attention + "out_proj.weight", {d, d}), get(attention + "out_proj.bias", {d}),
             get(name + "final_layer_norm.weight", {d}), get(name + "final_layer_norm.bias", {d}),
             get(name + "fc1.weight", {shape.ffn, d}), get(name + "fc1.bias", {shape.ffn}),
             get(name + "fc2.weight", {d, shape.ffn}), get(name + "fc2.bias", {d})});
    }
}

void WhisperEncoder::moveTo(const torch::Device& device)
{
    torch::NoGradGuard guard;
    for (torch::Tensor* t : {&conv1_, &conv1Bias_, &conv2_, &conv2Bias_, &positions_, &normGain_, &normBias_})
        *t = t->to(device);
    for (Layer& l : layers_)
        for (torch::Tensor* t : {&l.norm1Gain, &l.norm1Bias, &l.qkv, &l.qkvBias, &l.out, &l.outBias, &l.norm2Gain,
                                 &l.norm2Bias, &l.up, &l.upBias, &l.down, &l.downBias})
            *t = t->to(device);
}

torch::Tensor WhisperEncoder::forward(const torch::Tensor& mel, std::int64_t heard) const
{
    torch::NoGradGuard guard;
    auto x = torch::gelu(torch::conv1d(mel.to(conv1_.options()), conv1_, conv1Bias_, 1, 1));
    x = torch::gelu(torch::conv1d(x, conv2_, conv2Bias_, 2, 1)).transpose(1, 2);
    const auto b = x.size(0), t = x.size(1);
    x = x + positions_.narrow(0, 0, t);
    std::optional<torch::Tensor> mask;
    if (heard > 0)
        mask = (torch::arange(t, x.device()) < heard).view({1, 1, 1, t});
    for (const Layer& layer : layers_) {
        const auto normed = torch::layer_norm(x, {width_}, layer.norm1Gain, layer.norm1Bias);
        const auto qkv = torch::linear(normed, layer.qkv, layer.qkvBias)
                             .view({b, t, 3, heads_, width_ / heads_})
                             .permute({2, 0, 3, 1, 4});
        const auto mixed =
            at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], mask).transpose(1, 2).reshape({b, t, width_});
        x = x + torch::linear(mixed, layer.out, layer.outBias);
        const auto hidden = torch::gelu(
            torch::linear(torch::layer_norm(x, {width_}, layer.norm2Gain, layer.norm2Bias), layer.up, layer.upBias));
        x = x + torch::linear(hidden, layer.down, layer.downBias);
    }
    if (inPairs_)
        x = x.unflatten(1, {t / 2, 2}).mean(2);
    return torch::layer_norm(x, {width_}, normGain_, normBias_).to(torch::kFloat);
}

torch::Tensor WhisperEncoder::encode(const torch::Tensor& samples) const
{
    if (inPairs_) {
        const auto window = positions_.size(0) * 2 * hop;
        if (samples.size(0) > window)
            throw badInput("audio", "is longer than 30 s, which the audio tower cannot take at once");
        const auto padded = torch::constant_pad_nd(samples, {0, window - samples.size(0)});
        const auto frames = (samples.size(0) + hop - 1) / hop; // of the mel spectrogram, that hold samples
        const auto heard = (frames - 1) / 2 + 1;
        const auto states = std::max<std::int64_t>(1, (heard - 2) / 2 + 1);
        return forward(whisperMel(padded, bands_).unsqueeze(0), heard)[0].narrow(0, 0, states);
    }
    const auto seconds = std::max<std::int64_t>(1, (samples.size(0) + whisperRateHz - 1) / whisperRateHz);
    if (seconds > longestS)
        throw badInput("audio", "is longer than 30 s, which the semantic encoder cannot take at once");
    const auto padded = torch::constant_pad_nd(samples, {0, seconds * whisperRateHz - samples.size(0)});
    return forward(whisperMel(padded).unsqueeze(0))[0];
}

} // namespace binaurium::nn
