// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/SpatialEncoder.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace binaurium::nn {
namespace {

namespace F = torch::nn::functional;

torch::nn::Conv2d convolution(int in, int out, int kernelTime, int strideTime, int strideBand)
{
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, {kernelTime, 3})
                                 .stride({strideTime, strideBand})
                                 .padding({kernelTime / 2, 1})
                                 .bias(false));
}

void append(torch::nn::Sequential& trunk, int in, int out, int kernelTime, int strideTime, int strideBand)
{
    trunk->push_back(convolution(in, out, kernelTime, strideTime, strideBand));
    trunk->push_back(torch::nn::BatchNorm2d(out));
    trunk->push_back(torch::nn::ReLU(torch::nn::ReLUOptions(true)));
}

// x + f(x), two 3 x 3 convolutions.
class ResidualImpl : public torch::nn::Module
{
public:
    explicit ResidualImpl(int channels)
    {
        append(body_, channels, channels, 3, 1, 1);
        body_->push_back(convolution(channels, channels, 3, 1, 1));
        body_->push_back(torch::nn::BatchNorm2d(channels));
        register_module("body", body_);
    }
    torch::Tensor forward(const torch::Tensor& x) { return torch::relu(x + body_->forward(x)); }

private:
    torch::nn::Sequential body_;
};
TORCH_MODULE(Residual);

} // namespace

Json toJson(const SpatialEncoderConfig& c)
{
    return {{"classes", c.classes}, {"slots", c.slots},   {"azimuth_bins", c.azimuthBins}, {"width", c.width},
            {"hidden", c.hidden},   {"blocks", c.blocks}, {"dropout", c.dropout}};
}

SpatialEncoderConfig spatialEncoderConfigFromJson(const JsonObject& o)
{
    SpatialEncoderConfig c;
    c.classes = static_cast<int>(o.integer("classes", 1, mostClasses, c.classes));
    c.slots = static_cast<int>(o.integer("slots", 1, 8, c.slots));
    c.azimuthBins = static_cast<int>(o.integer("azimuth_bins", 72, 72, c.azimuthBins));
    c.width = o.number("width", 0.1, widest, c.width);
    c.hidden = static_cast<int>(o.integer("hidden", 16, largestHidden, c.hidden));
    c.blocks = static_cast<int>(o.integer("blocks", 0, mostBlocks, c.blocks));
    c.dropout = o.number("dropout", 0.0, 0.9, c.dropout);
    if (c.hidden % 4 != 0)
        o.fail("hidden", "must be a multiple of 4");
    return c;
}

SpatialEncoderImpl::SpatialEncoderImpl(const SpatialEncoderConfig& config) : config_(config)
{
    const auto channels = [&](int n) {
        return std::max(fewestChannels, static_cast<int>(std::lround(n * config.width)));
    };
    constexpr int inputs = SpatialFeatureLayout::channels + 1; // and the frequency coordinate
    const int c1 = channels(16), c2 = channels(24), c3 = channels(32), c4 = channels(48);
    append(bandTrunk_, inputs, c1, 3, 1, 2);
    append(bandTrunk_, c1, c2, 3, 2, 2);
    bandTrunk_->push_back(Residual(c2));
    append(bandTrunk_, c2, c3, 5, 5, 1);
    bandTrunk_->push_back(Residual(c3));
    append(bandTrunk_, c3, c4, 3, 1, 1);
    bandTrunk_->push_back(Residual(c4));
    register_module("band_trunk", bandTrunk_);

    using torch::nn::Conv1dOptions;
    lagTrunk_->push_back(
        torch::nn::Conv1d(Conv1dOptions(SpatialFeatureLayout::lags, lagChannels, 5).stride(2).padding(2)));
    lagTrunk_->push_back(torch::nn::ReLU());
    lagTrunk_->push_back(torch::nn::Conv1d(Conv1dOptions(lagChannels, lagChannels, 5).stride(5).padding(2)));
    lagTrunk_->push_back(torch::nn::ReLU());
    register_module("lag_trunk", lagTrunk_);

    constexpr int bandsLeft = SpatialFeatureLayout::bands / 4;
    merge_ = register_module("merge", torch::nn::Linear(c4 * bandsLeft + lagChannels, config.hidden));
    for (int i = 0; i < config.blocks; ++i) {
        const auto name = "block" + std::to_string(i) + "_";
        const int d = config.hidden;
        Block block;
        block.norm1 = register_module(name + "norm1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({d})));
        block.norm2 = register_module(name + "norm2", torch::nn::LayerNorm(torch::nn::LayerNormOptions({d})));
        block.qkv = register_module(name + "qkv", torch::nn::Linear(d, 3 * d));
        block.out = register_module(name + "out", torch::nn::Linear(d, d));
        block.up = register_module(name + "up", torch::nn::Linear(d, 2 * d));
        block.down = register_module(name + "down", torch::nn::Linear(2 * d, d));
        blocks_.push_back(block);
    }
    norm_ = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({config.hidden})));
    const int perSlot = 3 + config.classes + config.azimuthBins; // activity, elevation, log distance
    slotHidden_ = register_module("slot_hidden", torch::nn::Linear(config.hidden, config.hidden));
    slotOut_ = register_module("slot_out", torch::nn::Linear(config.hidden, config.slots * perSlot));
    room_ = register_module("room", torch::nn::Linear(config.hidden, 1));
    dropout_ = register_module("dropout", torch::nn::Dropout(config.dropout));
}

torch::Tensor SpatialEncoderImpl::attend(const Block& block, const torch::Tensor& x)
{
    constexpr std::int64_t heads = 4;
    const auto b = x.size(0), t = x.size(1), d = x.size(2);
    const auto qkv = block.qkv.ptr()
                         ->forward(block.norm1.ptr()->forward(x))
                         .view({b, t, 3, heads, d / heads})
                         .permute({2, 0, 3, 1, 4});
    const auto mixed = at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]).transpose(1, 2).reshape({b, t, d});
    const auto y = x + dropout_(block.out.ptr()->forward(mixed));
    return y + dropout_(block.down.ptr()->forward(torch::gelu(block.up.ptr()->forward(block.norm2.ptr()->forward(y)))));
}

SpatialEncoding SpatialEncoderImpl::forward(torch::Tensor bands, torch::Tensor gcc)
{
    const auto b = bands.size(0);
    const auto frames = bands.size(2);
    const auto coordinate =
        torch::linspace(-1.0, 1.0, bands.size(3), bands.options()).view({1, 1, 1, -1}).expand({b, 1, frames, -1});
    auto x = torch::cat({bands, coordinate}, 1).contiguous(torch::MemoryFormat::ChannelsLast);
    x = bandTrunk_->forward(x); // [B, C, T, 20]
    const auto t = x.size(2);
    x = x.permute({0, 2, 1, 3}).reshape({b, t, -1});
    const auto lags = lagTrunk_->forward(gcc.transpose(1, 2)).transpose(1, 2);
    auto hidden = torch::relu(merge_->forward(dropout_(torch::cat({x, lags}, 2))));
    for (const Block& block : blocks_)
        hidden = attend(block, hidden);
    hidden = norm_->forward(hidden);

    const auto slots =
        slotOut_->forward(dropout_(torch::gelu(slotHidden_->forward(hidden)))).view({b, t, config_.slots, -1});
    const std::int64_t classEnd = 3 + config_.classes;
    SpatialEncoding out;
    out.hidden = hidden;
    out.activity = slots.select(3, 0);
    out.elevation = slots.select(3, 1);
    out.logDistance = slots.select(3, 2);
    out.classLogits = slots.slice(3, 3, classEnd);
    out.azimuth = slots.slice(3, classEnd);
    out.logRt60 = room_->forward(hidden.mean(1)).squeeze(1);
    return out;
}

torch::Tensor mixedPosterior(const SpatialEncoding& e)
{
    constexpr double uniformFloor = 1e-3;                         // keeps the mixture defined where no slot is active
    const auto weight = torch::sigmoid(e.activity).unsqueeze(-1); // [B, T, S, 1]
    const auto bins = static_cast<double>(e.azimuth.size(3));
    const auto sum = (weight * torch::softmax(e.azimuth, 3)).sum(2) + uniformFloor / bins;
    return sum / sum.sum(-1, true);
}

AzimuthEstimate decodeAzimuth(const float* posterior, int bins)
{
    constexpr int windowHalf = 3;
    constexpr int meanHalf = 4;
    constexpr int confidenceHalf = 3; // bins within 15 degrees
    const auto at = [&](int k) { return static_cast<double>(posterior[((k % bins) + bins) % bins]); };
    int peak = 0;
    double best = -1.0;
    for (int k = 0; k < bins; ++k) {
        double sum = 0.0;
        for (int j = -windowHalf; j <= windowHalf; ++j)
            sum += at(k + j);
        if (sum > best) {
            best = sum;
            peak = k;
        }
    }
    const double step = 360.0 / bins;
    double offset = 0.0;
    double mass = 1e-12;
    for (int j = -meanHalf; j <= meanHalf; ++j) {
        offset += at(peak + j) * j;
        mass += at(peak + j);
    }
    double confidence = 0.0;
    double total = 1e-12;
    for (int k = 0; k < bins; ++k)
        total += at(k);
    for (int j = -confidenceHalf; j <= confidenceHalf; ++j)
        confidence += at(peak + j);
    const double azimuth = std::remainder((peak + offset / mass) * step, 360.0);
    return {azimuth <= -180.0 ? azimuth + 360.0 : azimuth, confidence / total};
}

FeatureTensors featureTensors(const SpatialFeatures& f)
{
    using Layout = SpatialFeatureLayout;
    const auto frames = static_cast<std::int64_t>(f.frames);
    const auto whole =
        std::max<std::int64_t>(1, (frames + SpatialEncoderImpl::frameStride - 1) / SpatialEncoderImpl::frameStride) *
        SpatialEncoderImpl::frameStride;
    const auto bands =
        torch::from_blob(const_cast<float*>(f.bands.data()), {1, static_cast<std::int64_t>(Layout::channels), frames,
                                                              static_cast<std::int64_t>(Layout::bands)});
    const auto gcc =
        torch::from_blob(const_cast<float*>(f.gcc.data()), {1, frames, static_cast<std::int64_t>(Layout::lags)});
    // Padding repeats the last frame; clones, since from_blob does not own.
    const auto last = torch::arange(whole).clamp_max(frames - 1);
    return {bands.index_select(2, last), gcc.index_select(1, last)};
}

} // namespace binaurium::nn
