// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/EncoderStage.h"

#include "core/dataset/Labels.h"
#include "core/model/nn/FrontEnd.h"
#include "core/scene/Geometry.h"
#include "core/training/EncoderLoss.h"
#include "core/training/HeardSlots.h"
#include "core/training/MixedPrecision.h"
#include "core/training/StageLoop.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace binaurium {
namespace {

constexpr int frameStride = nn::SpatialEncoderImpl::frameStride;

struct Batch
{
    torch::Tensor bands, gcc;
    EncoderTargets targets;
};

Batch gather(const ClipCache& clips, const torch::Tensor& index)
{
    Batch batch;
    batch.bands = clips.bands().index_select(0, index).to(torch::kFloat);
    batch.gcc = clips.gcc().index_select(0, index).to(torch::kFloat);
    const auto records = clips.targets().index_select(0, index);
    const auto frames = clips.featureFrames() / frameStride;
    const auto slots = records.slice(1, 2).view({index.size(0), ClipCache::slots, 4 + frames});
    const auto present = torch::arange(ClipCache::slots).unsqueeze(0) < records.select(1, 1).unsqueeze(1);
    EncoderTargets& t = batch.targets;
    t.label = torch::where(present, slots.select(2, 0), -1.0).to(torch::kLong);
    t.azimuthDeg = slots.select(2, 1);
    t.elevationDeg = slots.select(2, 2);
    t.distanceM = slots.select(2, 3).clamp_min(0.1);
    t.activity = (slots.slice(2, 4) * present.unsqueeze(2)).transpose(1, 2);
    t.rt60S = records.select(1, 0);
    return batch;
}

// Chances to see other ears and rooms in the same clip: a cut, exchanged ears, unequal microphones, another colour.
void augment(Batch& batch, const EncoderStageOptions& options, RandomStream& random)
{
    const auto clips = batch.bands.size(0);
    const auto outputFrames = batch.targets.activity.size(1);
    constexpr std::int64_t cropFrames = 10;
    if (outputFrames > cropFrames && random.chance(options.cropShare)) {
        const auto first =
            static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(outputFrames - cropFrames + 1)));
        batch.bands = batch.bands.slice(2, first * frameStride, (first + cropFrames) * frameStride);
        batch.gcc = batch.gcc.slice(1, first * frameStride, (first + cropFrames) * frameStride);
        batch.targets.activity = batch.targets.activity.slice(1, first, first + cropFrames);
    }
    auto sign = torch::ones({clips});
    auto gain = torch::zeros({clips});
    auto tilt = torch::zeros({clips});
    for (std::int64_t i = 0; i < clips; ++i) {
        sign[i] = random.chance(options.mirrorShare) ? -1.0 : 1.0;
        gain[i] = options.earGainDb * random.normal() / 10.0; // the ILD channel counts in units of 10 dB
        tilt[i] = options.tiltDb * random.normal() / 15.0;    // the level channel in units of 15 dB
    }
    const auto perClip = sign.view({clips, 1, 1});
    const auto slope = torch::linspace(-0.5, 0.5, batch.bands.size(3)).view({1, 1, -1}) * tilt.view({clips, 1, 1});
    batch.bands =
        torch::stack({batch.bands.select(1, 0) + slope, batch.bands.select(1, 1) * perClip + gain.view({clips, 1, 1}),
                      batch.bands.select(1, 2), batch.bands.select(1, 3) * perClip},
                     1);
    batch.gcc = torch::where(perClip < 0.0, batch.gcc.flip({2}), batch.gcc);
    batch.targets.azimuthDeg = batch.targets.azimuthDeg * sign.unsqueeze(1);
}

// Clips of one step: epochs are permutations named by (seed, epoch), so that a resumed run sees the same ones.
torch::Tensor batchIndex(std::int64_t clips, int batch, int step, std::uint64_t seed)
{
    auto index = torch::empty({batch}, torch::kLong);
    static thread_local std::pair<std::uint64_t, std::vector<std::int64_t>> cached{~0ULL, {}};
    for (int i = 0; i < batch; ++i) {
        const auto position =
            static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(batch) + static_cast<std::uint64_t>(i);
        const auto epoch = position / static_cast<std::uint64_t>(clips);
        if (cached.first != epoch || static_cast<std::int64_t>(cached.second.size()) != clips) {
            cached.first = epoch;
            cached.second.resize(static_cast<std::size_t>(clips));
            std::iota(cached.second.begin(), cached.second.end(), 0);
            RandomStream(seed, "encoder epoch", epoch).shuffle(std::span(cached.second));
        }
        index[i] = cached.second[position % static_cast<std::uint64_t>(clips)];
    }
    return index;
}

double medianOf(std::vector<double> values)
{
    if (values.empty())
        return 0.0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double folded(double azimuthDeg)
{
    return std::abs(azimuthDeg) <= 90.0 ? azimuthDeg : std::copysign(180.0 - std::abs(azimuthDeg), azimuthDeg);
}

nn::SpatialEncoding forward(nn::SpatialEncoder& encoder, const Batch& batch, Precision precision)
{
    const auto device = encoder->device();
    const PrecisionScope scope(precision, device.type());
    return encoder->forward(batch.bands.to(device), batch.gcc.to(device));
}

// In float32 on a device.
nn::SpatialEncoding onDevice(const nn::SpatialEncoding& e, const torch::Device& device)
{
    const auto there = [&](const torch::Tensor& t) { return t.to(device, torch::kFloat); };
    return {there(e.hidden),    there(e.activity),    there(e.classLogits), there(e.azimuth),
            there(e.elevation), there(e.logDistance), there(e.logRt60)};
}

std::vector<HeardSource> truthOf(const EncoderTargets& targets, std::int64_t clip, int count)
{
    std::vector<HeardSource> sources;
    for (int s = 0; s < count; ++s) {
        HeardSource source;
        const auto label = targets.label[clip][s].item<std::int64_t>();
        source.label = label < 0 ? std::string() : labels()[static_cast<std::size_t>(label)].id;
        source.direction.azimuthDeg = targets.azimuthDeg[clip][s].item<double>();
        sources.push_back(source);
    }
    return sources;
}

} // namespace

Json toJson(const EncoderScore& s)
{
    return {{"clips", s.clips},
            {"azimuth_mean_deg", s.azimuthMeanDeg},
            {"azimuth_median_deg", s.azimuthMedianDeg},
            {"folded_mean_deg", s.foldedMeanDeg},
            {"reversal_share", s.reversalShare},
            {"elevation_mean_deg", s.elevationMeanDeg},
            {"distance_relative", s.distanceRelative},
            {"class_accuracy", s.classAccuracy},
            {"mixtures", s.mixtures},
            {"two_within_20_deg", s.twoWithinShare},
            {"bound_share", s.boundShare}};
}

EncoderScore scoreEncoder(nn::SpatialEncoder& encoder, const ClipCache& clips)
{
    torch::NoGradGuard guard;
    encoder->eval();
    EncoderScore score;
    std::vector<double> errors;
    int reversalCandidates = 0;
    int reversals = 0;
    MixtureCounts mixtures;
    constexpr std::int64_t batchSize = 32;
    for (std::int64_t start = 0; start < clips.size(); start += batchSize) {
        const auto index = torch::arange(start, std::min(clips.size(), start + batchSize));
        const auto batch = gather(clips, index);
        const auto encoding = onDevice(forward(encoder, batch, Precision::Float32), torch::kCPU);
        const auto posterior = mixedPosterior(encoding).mean(1).contiguous();
        const auto weight = torch::sigmoid(encoding.activity);
        const auto total = weight.sum({1, 2}).clamp_min(1e-6);
        const auto elevation = (encoding.elevation * weight).sum({1, 2}) / total * nn::elevationUnitDeg;
        const auto distance = torch::exp((encoding.logDistance * weight).sum({1, 2}) / total);
        const auto label = (torch::softmax(encoding.classLogits, 3) * weight.unsqueeze(3)).sum({1, 2}).argmax(1);
        const auto slots = nn::slotFeatures(encoding).unflatten(2, {encoder->config().slots, -1});
        const double durationS = static_cast<double>(slots.size(1)) * 0.1;
        for (std::int64_t i = 0; i < index.size(0); ++i) {
            const auto sources = static_cast<int>(clips.targets()[start + i][1].item<float>());
            if (sources > 1)
                mixtures.add(truthOf(batch.targets, i, std::min(sources, static_cast<int>(ClipCache::slots))),
                             sourcesInSlots(slots[i], encoder->config(), durationS));
            if (sources != 1)
                continue;
            const double truth = batch.targets.azimuthDeg[i][0].item<double>();
            const double trueElevation = batch.targets.elevationDeg[i][0].item<double>();
            const double trueDistance = batch.targets.distanceM[i][0].item<double>();
            const double estimate =
                nn::decodeAzimuth(posterior[i].data_ptr<float>(), static_cast<int>(posterior.size(1))).azimuthDeg;
            errors.push_back(azimuthDifferenceDeg(truth, estimate));
            score.foldedMeanDeg += std::abs(folded(truth) - folded(estimate));
            score.elevationMeanDeg += std::abs(elevation[i].item<double>() - trueElevation);
            score.distanceRelative += std::abs(distance[i].item<double>() - trueDistance) / trueDistance;
            score.classAccuracy +=
                label[i].item<std::int64_t>() == batch.targets.label[i][0].item<std::int64_t>() ? 1.0 : 0.0;
            if (std::abs(90.0 - std::abs(truth)) > 20.0 && std::abs(trueElevation) <= 60.0) {
                ++reversalCandidates;
                reversals += (std::abs(truth) > 90.0) != (std::abs(estimate) > 90.0) ? 1 : 0;
            }
        }
    }
    score.clips = static_cast<int>(errors.size());
    const double n = std::max(1, score.clips);
    score.azimuthMeanDeg = std::accumulate(errors.begin(), errors.end(), 0.0) / n;
    score.azimuthMedianDeg = medianOf(errors);
    score.foldedMeanDeg /= n;
    score.elevationMeanDeg /= n;
    score.distanceRelative /= n;
    score.classAccuracy /= n;
    score.reversalShare = static_cast<double>(reversals) / std::max(1, reversalCandidates);
    score.mixtures = mixtures.clips;
    score.twoWithinShare = static_cast<double>(mixtures.pairsWithin) / std::max(1, mixtures.pairs);
    score.boundShare = static_cast<double>(mixtures.bound) / std::max(1, mixtures.sources);
    return score;
}

void runEncoderStage(nn::SpatialEncoder& encoder, const TrainOptions& options, const ClipCache& train,
                     const ClipCache& validation, RunFolder& run, const ProgressCallback& progress)
{
    const auto& schedule = options.encoder.optimiser;
    const auto device = encoder->device();
    const Precision precision = precisionOf(options, device);
    AdamW optimiser({{encoder->parameters(), schedule.learningRate, schedule.weightDecay}});
    Stage stage;
    stage.name = "encoder";
    stage.options = &options.encoder;
    stage.tensors = nn::moduleTensors(*encoder, "encoder.");
    stage.optimiser = &optimiser;
    stage.logEvery = 20;
    stage.validateEvery = options.validateEverySteps;
    stage.gradients = [&](int step) -> Json {
        torch::manual_seed(options.seed * 1'000'003 + static_cast<std::uint64_t>(step)); // dropout
        RandomStream random(options.seed, "encoder step", static_cast<std::uint64_t>(step));
        Batch batch = gather(train, batchIndex(train.size(), schedule.batch, step, options.seed));
        augment(batch, options.encoder, random);
        encoder->train();
        const auto loss = encoderLoss(onDevice(forward(encoder, batch, precision), device), batch.targets.on(device),
                                      options.encoder.labelWeight);
        loss.total.backward();
        return {{"loss", loss.total.item<double>()}, {"azimuth", loss.azimuth},   {"activity", loss.activity},
                {"elevation", loss.elevation},       {"distance", loss.distance}, {"label", loss.label}};
    };
    stage.validate = [&] {
        const auto score = scoreEncoder(encoder, validation);
        constexpr double chanceDeg = 90.0; // mean error of a guess: the value is 0 there and 1 without errors
        const double alone = 1.0 - score.azimuthMeanDeg / chanceDeg;
        return std::pair(score.mixtures > 0 ? 0.5 * (alone + score.boundShare) : alone, toJson(score));
    };
    runStage(stage, options, run, progress);
}

} // namespace binaurium
