// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/EncoderScore.h"

#include "core/dataset/Labels.h"
#include "core/model/nn/FrontEnd.h"
#include "core/scene/Geometry.h"
#include "core/support/Median.h"
#include "core/training/EncoderBatch.h"
#include "core/training/HeardSlots.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace binaurium {
namespace {

double azimuthOf(const torch::Tensor& posterior)
{
    const auto flat = posterior.contiguous();
    return nn::decodeAzimuth(flat.data_ptr<float>(), static_cast<int>(flat.numel())).azimuthDeg;
}

std::vector<HeardSource> truthOf(const EncoderTargets& targets, std::int64_t clip, int count)
{
    std::vector<HeardSource> sources;
    for (int s = 0; s < count; ++s) {
        const auto active = targets.activity[clip].select(1, s).nonzero().flatten();
        // A moving source stands for its way where it is halfway.
        const auto middle = active.numel() > 0 ? active[active.numel() / 2].item<std::int64_t>() : 0;
        HeardSource source;
        const auto label = targets.label[clip][s].item<std::int64_t>();
        source.label = label < 0 ? std::string() : labels()[static_cast<std::size_t>(label)].id;
        source.direction.azimuthDeg = targets.azimuthDeg[clip][middle][s].item<double>();
        sources.push_back(source);
    }
    return sources;
}

// Whether the only source of a clip keeps its place. Less than the tolerances is rounding.
bool keepsItsPlace(const EncoderTargets& t, std::int64_t clip)
{
    constexpr double toleranceDeg = 0.1;
    constexpr double toleranceM = 0.01;
    const auto change = [&](const torch::Tensor& perFrame) {
        const auto of = perFrame[clip].select(1, 0);
        return (of - of[0]).abs().max().item<double>();
    };
    return change(t.azimuthDeg) < toleranceDeg && change(t.elevationDeg) < toleranceDeg &&
           change(t.distanceM) < toleranceM;
}

// What is said of clips as a whole: means over frames and slots, weighted by activity. [B]
struct ClipEstimates
{
    torch::Tensor elevationDeg, distanceM, label;
    explicit ClipEstimates(const nn::SpatialEncoding& e)
    {
        const auto weight = torch::sigmoid(e.activity);
        const auto total = weight.sum({1, 2}).clamp_min(1e-6);
        elevationDeg = (e.elevation * weight).sum({1, 2}) / total * nn::elevationUnitDeg;
        distanceM = torch::exp((e.logDistance * weight).sum({1, 2}) / total);
        label = (torch::softmax(e.classLogits, 3) * weight.unsqueeze(3)).sum({1, 2}).argmax(1);
    }
};

// Adds up the clips of batches.
class ScoreSums
{
public:
    void add(const EncoderBatch& batch, const nn::SpatialEncoding& encoding, const nn::SpatialEncoderConfig& config,
             const torch::Tensor& sourceCounts)
    {
        const auto posterior = mixedPosterior(encoding); // [B, T, bins]
        const ClipEstimates said(encoding);
        const auto slots = nn::slotFeatures(encoding).unflatten(2, {config.slots, -1});
        const double durationS = static_cast<double>(slots.size(1)) * 0.1;
        for (std::int64_t i = 0; i < sourceCounts.size(0); ++i) {
            const auto sources = static_cast<int>(sourceCounts[i].item<float>());
            if (sources > 1)
                mixtures_.add(truthOf(batch.targets, i, std::min(sources, ClipCache::slots)),
                              sourcesInSlots(slots[i], config, durationS));
            else if (sources == 1 && keepsItsPlace(batch.targets, i))
                addStill(batch.targets, said, posterior[i].mean(0), i);
            else if (sources == 1)
                addTrack(batch.targets.activity[i].select(1, 0), batch.targets.azimuthDeg[i].select(1, 0),
                         posterior[i]);
        }
    }

    [[nodiscard]] EncoderScore mean() const
    {
        EncoderScore s = sums_;
        s.clips = static_cast<int>(errors_.size());
        const double n = std::max(1, s.clips);
        s.azimuthMeanDeg = std::accumulate(errors_.begin(), errors_.end(), 0.0) / n;
        s.azimuthMedianDeg = median(errors_);
        for (double* sum : {&s.foldedMeanDeg, &s.elevationMeanDeg, &s.distanceRelative, &s.classAccuracy})
            *sum /= n;
        s.reversalShare = static_cast<double>(reversals_) / std::max(1, reversalCandidates_);
        s.movingFoldedMeanDeg /= std::max(1, s.movingFrames);
        s.mixtures = mixtures_.clips;
        s.twoWithinShare = static_cast<double>(mixtures_.pairsWithin) / std::max(1, mixtures_.pairs);
        s.boundShare = static_cast<double>(mixtures_.bound) / std::max(1, mixtures_.sources);
        return s;
    }

private:
    void addStill(const EncoderTargets& truth, const ClipEstimates& said, const torch::Tensor& posterior,
                  std::int64_t clip)
    {
        const double azimuth = truth.azimuthDeg[clip][0][0].item<double>();
        const double elevation = truth.elevationDeg[clip][0][0].item<double>();
        const double distance = truth.distanceM[clip][0][0].item<double>();
        const double estimate = azimuthOf(posterior);
        errors_.push_back(azimuthDifferenceDeg(azimuth, estimate));
        sums_.foldedMeanDeg += std::abs(foldedAzimuthDeg(azimuth) - foldedAzimuthDeg(estimate));
        sums_.elevationMeanDeg += std::abs(said.elevationDeg[clip].item<double>() - elevation);
        sums_.distanceRelative += std::abs(said.distanceM[clip].item<double>() - distance) / distance;
        const bool isNamed = said.label[clip].item<std::int64_t>() == truth.label[clip][0].item<std::int64_t>();
        sums_.classAccuracy += isNamed ? 1.0 : 0.0;
        if (std::abs(90.0 - std::abs(azimuth)) > 20.0 && std::abs(elevation) <= 60.0) {
            ++reversalCandidates_;
            reversals_ += (std::abs(azimuth) > 90.0) != (std::abs(estimate) > 90.0) ? 1 : 0;
        }
    }

    // Each frame in which a moving source sounds, on its own.
    void addTrack(const torch::Tensor& active, const torch::Tensor& track, const torch::Tensor& posterior)
    {
        for (std::int64_t t = 0; t < track.size(0); ++t) {
            if (active[t].item<float>() < 0.5F)
                continue;
            sums_.movingFoldedMeanDeg +=
                std::abs(foldedAzimuthDeg(track[t].item<double>()) - foldedAzimuthDeg(azimuthOf(posterior[t])));
            ++sums_.movingFrames;
        }
    }

    EncoderScore sums_;
    std::vector<double> errors_;
    int reversalCandidates_ = 0;
    int reversals_ = 0;
    MixtureCounts mixtures_;
};

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
            {"moving_folded_mean_deg", s.movingFoldedMeanDeg},
            {"mixtures", s.mixtures},
            {"two_within_20_deg", s.twoWithinShare},
            {"bound_share", s.boundShare}};
}

double EncoderScore::value() const
{
    constexpr double chanceDeg = 90.0; // mean error of a guess, and half of it mirrored to the front
    std::vector<double> parts;
    if (clips > 0)
        parts.push_back(1.0 - azimuthMeanDeg / chanceDeg);
    else if (movingFrames > 0)
        parts.push_back(1.0 - movingFoldedMeanDeg / (0.5 * chanceDeg));
    if (mixtures > 0)
        parts.push_back(boundShare);
    return std::accumulate(parts.begin(), parts.end(), 0.0) / std::max(1.0, static_cast<double>(parts.size()));
}

EncoderScore scoreEncoder(nn::SpatialEncoder& encoder, const ClipCache& clips, const std::string& without)
{
    const torch::NoGradGuard guard;
    encoder->eval();
    ScoreSums sums;
    constexpr std::int64_t batchSize = 32;
    for (std::int64_t start = 0; start < clips.size(); start += batchSize) {
        const auto index = torch::arange(start, std::min(clips.size(), start + batchSize));
        auto batch = gatherClips({&clips, 1}, index, encoder->config().classes);
        withhold(batch, without);
        sums.add(batch, hearClips(encoder, batch, Precision::Float32, torch::kCPU), encoder->config(),
                 clips.targets().index_select(0, index).select(1, 1));
    }
    return sums.mean();
}

} // namespace binaurium
