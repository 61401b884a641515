// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/EncoderBatch.h"

#include "core/audio/features/SpatialFeatures.h"

#include <cmath>
#include <numbers>
#include <numeric>

namespace binaurium {
namespace {

constexpr int frameStride = nn::SpatialEncoderImpl::frameStride;
constexpr double bandsUnitDb = 15.0; // of the level channel (core/audio/features/SpatialFeatures.h)
constexpr double ildUnitDb = 10.0;

// Smooth curves over the bands [B, 1, bands], the sum of a few cosines of random height: of standard deviation 1.
torch::Tensor drawCurves(std::int64_t clips, std::int64_t bands, RandomStream& random)
{
    constexpr std::int64_t cosines = 6; // about one bump in two octaves
    auto height = torch::empty({clips, cosines});
    for (std::int64_t i = 0; i < height.numel(); ++i)
        height.data_ptr<float>()[i] = static_cast<float>(random.normal() * std::sqrt(2.0 / cosines));
    const auto phase = torch::arange(1, cosines + 1).unsqueeze(1) * torch::linspace(0.0, std::numbers::pi, bands);
    return height.matmul(torch::cos(phase)).unsqueeze(1);
}

// One number per clip, to be added or multiplied to [B, frames, bands].
template <typename Draw>
torch::Tensor drawPerClip(std::int64_t clips, Draw draw)
{
    auto values = torch::empty({clips, 1, 1});
    for (std::int64_t i = 0; i < clips; ++i)
        values.data_ptr<float>()[i] = static_cast<float>(draw());
    return values;
}

void cut(EncoderBatch& batch, std::int64_t first, std::int64_t frames)
{
    batch.bands = batch.bands.slice(2, first * frameStride, (first + frames) * frameStride);
    batch.gcc = batch.gcc.slice(1, first * frameStride, (first + frames) * frameStride);
    EncoderTargets& t = batch.targets;
    for (torch::Tensor* perFrame : {&t.activity, &t.azimuthDeg, &t.elevationDeg, &t.distanceM})
        *perFrame = perFrame->slice(1, first, first + frames);
}

} // namespace

EncoderBatch gatherClips(std::span<const ClipCache> caches, const torch::Tensor& index, std::int64_t classes)
{
    std::vector<torch::Tensor> bands, gcc, records;
    std::int64_t first = 0;
    for (const ClipCache& cache : caches) {
        const auto here = index.masked_select((index >= first) & (index < first + cache.size())) - first;
        bands.push_back(cache.bands().index_select(0, here).to(torch::kFloat));
        gcc.push_back(cache.gcc().index_select(0, here).to(torch::kFloat));
        records.push_back(cache.targets().index_select(0, here));
        first += cache.size();
    }
    EncoderBatch batch;
    batch.bands = torch::cat(bands);
    batch.gcc = torch::cat(gcc);
    const auto record = torch::cat(records);
    const auto frames = batch.gcc.size(1) / frameStride;
    const auto slots = record.slice(1, 2).view({record.size(0), ClipCache::slots, -1});
    const auto perFrame = slots.slice(2, 1).view({record.size(0), ClipCache::slots, frames, ClipCache::frameSize});
    const auto value = [&](int i) { return perFrame.select(3, i).transpose(1, 2); };
    const auto present = torch::arange(ClipCache::slots).unsqueeze(0) < record.select(1, 1).unsqueeze(1);
    const auto label = slots.select(2, 0);
    EncoderTargets& t = batch.targets;
    t.label = torch::where(present & (label < classes), label, -1.0).to(torch::kLong);
    t.activity = value(0) * present.unsqueeze(1);
    t.azimuthDeg = value(1);
    t.elevationDeg = value(2);
    t.distanceM = value(3).clamp_min(0.1);
    t.rt60S = record.select(1, 0);
    return batch;
}

void augment(EncoderBatch& batch, const EncoderStageOptions& options, RandomStream& random)
{
    const auto clips = batch.bands.size(0);
    const auto bands = batch.bands.size(3);
    const auto frames = batch.targets.activity.size(1);
    constexpr std::int64_t cutFrames = 10;
    if (frames > cutFrames && random.chance(options.cropShare))
        cut(batch, static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(frames - cutFrames + 1))),
            cutFrames);
    const auto sign = drawPerClip(clips, [&] { return random.chance(options.mirrorShare) ? -1.0 : 1.0; });
    auto difference = drawPerClip(clips, [&] { return options.earGainDb * random.normal(); });
    auto colour =
        torch::linspace(-0.5, 0.5, bands) * drawPerClip(clips, [&] { return options.tiltDb * random.normal(); });
    if (options.colourDb > 0.0)
        colour = colour + options.colourDb * drawCurves(clips, bands, random);
    if (options.earColourDb > 0.0)
        difference = difference + options.earColourDb * drawCurves(clips, bands, random);
    batch.bands = torch::stack({batch.bands.select(1, 0) + colour / bandsUnitDb,
                                batch.bands.select(1, 1) * sign + difference / ildUnitDb, batch.bands.select(1, 2),
                                batch.bands.select(1, 3) * sign},
                               1);
    batch.gcc = torch::where(sign < 0.0, batch.gcc.flip({2}), batch.gcc);
    batch.targets.azimuthDeg = batch.targets.azimuthDeg * sign;
}

void withhold(EncoderBatch& batch, const std::string& feature)
{
    using Layout = SpatialFeatureLayout;
    if (feature == "gcc")
        batch.gcc.zero_();
    else if (feature == "spectrum")
        batch.bands.select(1, 0).zero_();
    else if (feature == "level_difference")
        batch.bands.select(1, 1).zero_();
    else if (feature == "coherence")
        batch.bands.slice(1, 2).zero_();
    else if (feature == "above_8_khz")
        for (std::size_t band = 0; band < Layout::bands; ++band)
            if (bandCentreHz(band) > 8000.0)
                batch.bands.select(3, static_cast<std::int64_t>(band)).zero_();
}

torch::Tensor ClipOrder::batch(int size, int step)
{
    auto index = torch::empty({size}, torch::kLong);
    const auto clips = static_cast<std::uint64_t>(order_.size());
    for (int i = 0; i < size; ++i) {
        const auto position =
            static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(size) + static_cast<std::uint64_t>(i);
        if (const auto epoch = position / clips; epoch_ != epoch) {
            epoch_ = epoch;
            std::iota(order_.begin(), order_.end(), 0);
            RandomStream(seed_, "encoder epoch", epoch).shuffle(std::span(order_));
        }
        index[i] = order_[position % clips];
    }
    return index;
}

nn::SpatialEncoding hearClips(nn::SpatialEncoder& encoder, const EncoderBatch& batch, Precision precision,
                              const torch::Device& where)
{
    const auto device = encoder->device();
    const auto e = [&] {
        const PrecisionScope scope(precision, device.type());
        return encoder->forward(batch.bands.to(device), batch.gcc.to(device));
    }();
    const auto there = [&](const torch::Tensor& t) { return t.to(where, torch::kFloat); };
    return {there(e.hidden),    there(e.activity),    there(e.classLogits), there(e.azimuth),
            there(e.elevation), there(e.logDistance), there(e.logRt60)};
}

} // namespace binaurium
