// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/EncoderStage.h"

#include "core/dataset/Labels.h"
#include "core/model/nn/FrontEnd.h"
#include "core/scene/Geometry.h"
#include "core/training/EncoderBatch.h"
#include "core/training/HeardSlots.h"
#include "core/training/MixedPrecision.h"
#include "core/training/StageLoop.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace binaurium {
namespace {

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

nn::SpatialEncoding forward(nn::SpatialEncoder& encoder, const EncoderBatch& batch, Precision precision)
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
    const auto middle = targets.azimuthDeg.size(1) / 2; // where a moving source stands for its way
    for (int s = 0; s < count; ++s) {
        HeardSource source;
        const auto label = targets.label[clip][s].item<std::int64_t>();
        source.label = label < 0 ? std::string() : labels()[static_cast<std::size_t>(label)].id;
        source.direction.azimuthDeg = targets.azimuthDeg[clip][middle][s].item<double>();
        sources.push_back(source);
    }
    return sources;
}

double azimuthOf(const torch::Tensor& posterior)
{
    const auto flat = posterior.contiguous();
    return nn::decodeAzimuth(flat.data_ptr<float>(), static_cast<int>(flat.numel())).azimuthDeg;
}

// Each frame in which a moving source sounds, on its own.
void addTrack(EncoderScore& score, const EncoderBatch& batch, const torch::Tensor& posterior, std::int64_t clip)
{
    for (std::int64_t t = 0; t < posterior.size(0); ++t) {
        if (batch.targets.activity[clip][t][0].item<float>() < 0.5F)
            continue;
        const double truth = batch.targets.azimuthDeg[clip][t][0].item<double>();
        score.movingMeanDeg += std::abs(folded(truth) - folded(azimuthOf(posterior[t])));
        ++score.movingFrames;
    }
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
            {"moving_frames", s.movingFrames},
            {"moving_folded_mean_deg", s.movingMeanDeg},
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
        const auto batch = gatherClips({&clips, 1}, index, encoder->config().classes);
        const auto encoding = onDevice(forward(encoder, batch, Precision::Float32), torch::kCPU);
        const auto posterior = mixedPosterior(encoding);
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
            const auto track = batch.targets.azimuthDeg[i].select(1, 0);
            if ((track - track[0]).abs().max().item<double>() > 0.0) {
                addTrack(score, batch, posterior[i], i);
                continue;
            }
            const double truth = track[0].item<double>();
            const double trueElevation = batch.targets.elevationDeg[i][0][0].item<double>();
            const double trueDistance = batch.targets.distanceM[i][0][0].item<double>();
            const double estimate = azimuthOf(posterior[i].mean(0));
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
    score.movingMeanDeg /= std::max(1, score.movingFrames);
    score.mixtures = mixtures.clips;
    score.twoWithinShare = static_cast<double>(mixtures.pairsWithin) / std::max(1, mixtures.pairs);
    score.boundShare = static_cast<double>(mixtures.bound) / std::max(1, mixtures.sources);
    return score;
}

void runEncoderStage(nn::SpatialEncoder& encoder, const TrainOptions& options, std::span<const ClipCache> train,
                     const ClipCache& validation, RunFolder& run, const ProgressCallback& progress)
{
    const auto& schedule = options.encoder.optimiser;
    const auto device = encoder->device();
    const Precision precision = precisionOf(options, device);
    const std::int64_t classes = encoder->config().classes;
    const auto clips = std::accumulate(train.begin(), train.end(), std::int64_t{0},
                                       [](std::int64_t sum, const ClipCache& cache) { return sum + cache.size(); });
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
        EncoderBatch batch = gatherClips(train, batchIndex(clips, schedule.batch, step, options.seed), classes);
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
