// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/FrontEnd.h"

#include "core/audio/MixDown.h"
#include "core/audio/Resampler.h"
#include "core/support/Error.h"

#include <cmath>

namespace binaurium::nn {
namespace {

constexpr double semanticRateHz = 16000.0;
constexpr std::int64_t spatialFramesPerS = 10;

// Mean of groups of `size` rows, the last group repeated to fill; exactly `count` groups.
torch::Tensor pooled(const torch::Tensor& rows, std::int64_t size, std::int64_t count)
{
    const auto index = torch::arange(size * count, rows.device()).clamp_max(rows.size(0) - 1);
    return rows.index_select(0, index).view({count, size, -1}).mean(1);
}

} // namespace

torch::Tensor slotFeatures(const SpatialEncoding& e)
{
    const auto active = torch::sigmoid(e.activity).unsqueeze(3);
    const auto all =
        torch::cat({active, active * torch::softmax(e.classLogits, 3), active * torch::softmax(e.azimuth, 3),
                    active * e.elevation.unsqueeze(3), active * e.logDistance.unsqueeze(3)},
                   3);
    return all.flatten(2);
}

void FrontEnd::requireStereo(const AudioBuffer& audio)
{
    if (audio.channels() != 2)
        throw badInput("audio", "has " + std::to_string(audio.channels()) +
                                    " channel(s); spatial hearing needs exactly two, left and right");
    if (audio.durationS() < shortestS)
        throw badInput("audio", "is shorter than 0.1 s");
}

FrontEnd::FrontEnd(std::shared_ptr<const WhisperEncoder> whisper, SpatialEncoder encoder)
    : whisper_(std::move(whisper)), encoder_(std::move(encoder))
{
    encoder_->eval();
}

std::int64_t FrontEnd::spatialWidth() const
{
    const auto& c = encoder_->config();
    return c.hidden + c.slots * slotColumns(0).second;
}

std::pair<std::int64_t, std::int64_t> FrontEnd::slotColumns(int slot) const
{
    const auto& c = encoder_->config();
    const std::int64_t width = 3 + c.classes + c.azimuthBins; // slotFeatures()
    return {c.hidden + slot * width, width};
}

SpatialEncoding FrontEnd::localize(const AudioBuffer& audio)
{
    torch::NoGradGuard guard;
    requireStereo(audio);
    const auto tensors = featureTensors(spatialFeatures(resample(audio, SpatialFeatureLayout::rateHz)));
    encoder_->eval();
    return encoder_->forward(tensors.bands.to(encoder_->device()), tensors.gcc.to(encoder_->device()));
}

torch::Tensor FrontEnd::middle(const AudioBuffer& audio)
{
    auto mid = mixDown(resample(audio, semanticRateHz));
    return torch::tensor(torch::ArrayRef<float>(mid));
}

FrontEndFeatures FrontEnd::extract(const AudioBuffer& audio)
{
    torch::NoGradGuard guard;
    FrontEndFeatures features;
    features.encoding = localize(audio);
    const auto tokens = std::max<std::int64_t>(1, std::lround(std::ceil(audio.durationS() * tokensPerS - 1e-6)));

    features.semantic = pooled(whisper_->encode(middle(audio)), whisper_->framesPerS() / tokensPerS, tokens);
    const auto dense = torch::cat({features.encoding.hidden, slotFeatures(features.encoding)}, 2)[0];
    features.spatial = pooled(dense, spatialFramesPerS / tokensPerS, tokens);
    return features;
}

} // namespace binaurium::nn
