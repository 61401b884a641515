// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/EncoderStage.h"

#include "core/training/EncoderBatch.h"
#include "core/training/EncoderScore.h"
#include "core/training/StageLoop.h"

#include <numeric>

namespace binaurium {

void runEncoderStage(nn::SpatialEncoder& encoder, const TrainOptions& options, std::span<const ClipCache> train,
                     const ClipCache& validation, RunFolder& run, const ProgressCallback& progress)
{
    const auto& schedule = options.encoder.optimiser;
    const auto device = encoder->device();
    const Precision precision = precisionOf(options, device);
    const std::int64_t classes = encoder->config().classes;
    const auto clips = std::accumulate(train.begin(), train.end(), std::int64_t{0},
                                       [](std::int64_t sum, const ClipCache& cache) { return sum + cache.size(); });
    ClipOrder order(clips, options.seed);
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
        EncoderBatch batch = gatherClips(train, order.batch(schedule.batch, step), classes);
        augment(batch, options.encoder, random);
        withhold(batch, options.encoder.without);
        encoder->train();
        const auto loss = encoderLoss(hearClips(encoder, batch, precision, device), batch.targets.on(device),
                                      options.encoder.labelWeight);
        loss.total.backward();
        return {{"loss", loss.total.item<double>()}, {"azimuth", loss.azimuth},   {"activity", loss.activity},
                {"elevation", loss.elevation},       {"distance", loss.distance}, {"label", loss.label}};
    };
    stage.validate = [&] {
        const auto score = scoreEncoder(encoder, validation, options.encoder.without);
        return std::pair(score.value(), toJson(score));
    };
    runStage(stage, options, run, progress);
}

} // namespace binaurium
