// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Train.h"

#include "core/dataset/Labels.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"
#include "core/support/Toml.h"
#include "core/training/EncoderStage.h"

#include <ATen/Context.h>

namespace binaurium {
namespace {

std::shared_ptr<const HeadPool> headsOf(const TrainOptions& options, Split split, const ProgressCallback& progress)
{
    HeadPoolOptions pool;
    pool.split = split;
    pool.folders.assign(options.headFolders.begin(), options.headFolders.end());
    pool.variantsPerHead = split == Split::Train ? options.headVariants : 1;
    return std::make_shared<const HeadPool>(pool, options.seed, progress);
}

// One run from its first unfinished stage to the end.
class TrainingRun
{
public:
    TrainingRun(TrainOptions options, Json config, RunFolder run, ProgressCallback progress)
        : options_(std::move(options)), config_(std::move(config)), run_(std::move(run)), progress_(std::move(progress)),
          catalogue_(std::make_shared<const SoundCatalogue>(SoundCatalogue::read()))
    {
        at::set_num_threads(options_.threads > 0 ? options_.threads : processorCount());
        at::globalContext().setFlushDenormal(true);
        at::globalContext().setDeterministicAlgorithms(true, false);
        torch::manual_seed(options_.seed);
    }

    void go()
    {
        nn::SpatialEncoderConfig shape;
        shape.classes = static_cast<int>(labels().size());
        shape.width = options_.encoder.width;
        shape.hidden = options_.encoder.hidden;
        shape.blocks = options_.encoder.blocks;
        shape.dropout = options_.encoder.dropout;
        nn::SpatialEncoder encoder(shape);
        if (options_.encoder.enabled)
            trainEncoder(encoder);
    }

private:
    ClipCache clips(Split split, int count, const std::filesystem::path& folder)
    {
        SamplerOptions scene = options_.scene;
        scene.split = split;
        const SceneSampler sampler(scene, catalogue_, headsOf(options_, split, progress_));
        Json recipe = config_.contains("scene") ? config_["scene"] : Json::object();
        recipe["head_variants"] = options_.headVariants;
        return ClipCache::openOrMake(folder, sampler, recipe, options_.seed, count, progress_);
    }

    void trainEncoder(nn::SpatialEncoder& encoder)
    {
        const std::filesystem::path cache = options_.clipCache.empty() ? run_.path() / "cache" : std::filesystem::path(options_.clipCache);
        const auto train = clips(Split::Train, options_.encoder.clips, cache / "train");
        const auto validation = clips(Split::Validation, options_.encoder.validationClips, cache / "validation");
        runEncoderStage(encoder, options_, train, validation, run_, progress_);
    }

    TrainOptions options_;
    Json config_;
    RunFolder run_;
    ProgressCallback progress_;
    std::shared_ptr<const SoundCatalogue> catalogue_;
};

} // namespace

void startTraining(const std::filesystem::path& config, const std::filesystem::path& runFolder,
                   const std::vector<std::string>& overrides, const ProgressCallback& progress)
{
    Json document = readToml(config);
    for (const auto& assignment : overrides)
        setTomlValue(document, assignment);
    const auto options = trainOptionsFromJson(document, config.string(), config.parent_path());
    // The stored configuration stands elsewhere: paths become absolute.
    if (document.contains("head_folders"))
        document["head_folders"] = options.headFolders;
    if (document.contains("clip_cache"))
        document["clip_cache"] = options.clipCache;
    if (document.contains("encoder_checkpoint"))
        document["encoder_checkpoint"] = options.encoderCheckpoint;
    auto run = RunFolder::create(runFolder, writeToml(document));
    TrainingRun(options, document, std::move(run), progress).go();
}

void resumeTraining(const std::filesystem::path& runFolder, const ProgressCallback& progress)
{
    auto run = RunFolder::open(runFolder);
    const Json document = readToml(run.configPath());
    const auto options = trainOptionsFromJson(document, run.configPath().string(), runFolder);
    TrainingRun(options, document, std::move(run), progress).go();
}

} // namespace binaurium
