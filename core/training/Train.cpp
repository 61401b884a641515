// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Train.h"

#include "core/dataset/Labels.h"
#include "core/model/ComputeDevice.h"
#include "core/model/ModelFolder.h"
#include "core/model/nn/BaseModel.h"
#include "core/model/nn/Device.h"
#include "core/support/AtomicFile.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"
#include "core/support/Sha256.h"
#include "core/support/Toml.h"
#include "core/training/Checkpoint.h"
#include "core/training/EncoderStage.h"
#include "core/training/GrpoStage.h"
#include "core/training/LanguageStage.h"
#include "core/training/MixedPrecision.h"
#include "core/training/StartingModel.h"
#include "core/training/run/RunQueue.h"

#include <ATen/Context.h>
#include <map>

namespace binaurium {
namespace {

std::shared_ptr<const HeadPool> headsOf(const TrainOptions& options, Split split, bool load,
                                        const ProgressCallback& progress)
{
    HeadPoolOptions pool;
    pool.load = load;
    pool.split = split;
    pool.folders.assign(options.headFolders.begin(), options.headFolders.end());
    pool.most = split == Split::Train ? options.trainingHeads : 0;
    pool.variantsPerHead = split == Split::Train ? options.headVariants : 1;
    pool.itdScaleLow = 1.0 - options.headItdSpread;
    pool.itdScaleHigh = 1.0 + options.headItdSpread;
    pool.blendedShare = options.headBlendedShare;
    return std::make_shared<const HeadPool>(pool, options.seedOfScenes(), progress);
}

// One run from its first unfinished stage to the end.
class TrainingRun
{
public:
    TrainingRun(TrainOptions options, Json config, RunFolder run, std::shared_ptr<Ranks> ranks,
                ProgressCallback progress)
        : ranks_(std::move(ranks)), options_(std::move(options)), config_(std::move(config)), run_(std::move(run)),
          progress_(std::move(progress)), device_(nn::deviceOf(options_.device)),
          catalogue_(std::make_shared<const SoundCatalogue>(SoundCatalogue::read(options_.sounds)))
    {
        at::set_num_threads(options_.threads > 0 ? options_.threads : processorCount());
        at::globalContext().setFlushDenormal(true);
        if (!device_.is_cpu())
            setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0); // products with a fixed order of their sums
        // On a GPU some sums (backward passes of attention) have no fixed order.
        at::globalContext().setDeterministicAlgorithms(true, !device_.is_cpu());
        at::globalContext().setAllowTF32CuDNN(options_.precision != "float32");
        torch::manual_seed(options_.seed);
        if (ranks_->size() > 1 && options_.encoder.enabled)
            throw badInput(
                run_.configPath().string(),
                "the encoder stage runs in one process, because its batch normalisation sees the whole batch; "
                "train it first and name it with encoder_checkpoint");
    }

    void go()
    {
        nn::inMemoryOf(device_, [this] { trainAll(); });
    }

private:
    void trainAll()
    {
        run_.log("environment",
                 {{"version", BINAURIUM_VERSION},
                  {"revision", BINAURIUM_REVISION},
                  {"libtorch", TORCH_VERSION},
                  {"precision", precisionOf(options_, device_) == Precision::Bfloat16 ? "bfloat16" : "float32"},
                  {"device", device_.str()},
                  {"threads", at::get_num_threads()},
                  {"ranks", ranks_->size()},
                  {"seed", options_.seed},
                  {"scene_seed", options_.seedOfScenes()},
                  {"templates_sha256", sha256OfFile(requireData("models/templates.toml", "install the data files"))}});
        nn::SpatialEncoder encoder = startingEncoder();
        encoder->to(device_);
        if (options_.encoder.enabled)
            trainEncoder(encoder);
        encoder->eval();
        saveEncoder(encoder);
        if (options_.alignment.enabled || options_.sft.enabled || options_.grpo.enabled)
            trainLanguage(encoder);
        run_.finish();
    }

    const std::shared_ptr<const HeadPool>& heads(Split split)
    {
        auto& pool = heads_[split];
        if (pool == nullptr)
            pool = headsOf(options_, split, true, progress_);
        return pool;
    }

    // The encoder that this run begins with: the one that is named, else that of the model that it goes on with, else a
    // new one.
    [[nodiscard]] nn::SpatialEncoder startingEncoder() const
    {
        std::filesystem::path start = options_.encoderCheckpoint;
        if (start.empty() && !options_.encoder.enabled)
            start = startingFolder(options_) / "encoder.safetensors";
        if (start.empty())
            return nn::SpatialEncoder(shapeToLearn(0));
        const SafetensorsFile file(start);
        const auto known = nn::shapeOf(file);
        if (static_cast<std::size_t>(known.classes) > labels().size())
            throw badInput(file.name(), "knows " + std::to_string(known.classes) + " labels, this program " +
                                            std::to_string(labels().size()));
        nn::SpatialEncoder encoder(options_.encoder.enabled ? shapeToLearn(known.classes) : known);
        nn::loadEncoder(encoder, file);
        return encoder;
    }

    // Of the encoder stage; labels that its start knows stay, others are learnt beside them.
    [[nodiscard]] nn::SpatialEncoderConfig shapeToLearn(int knownClasses) const
    {
        nn::SpatialEncoderConfig shape;
        shape.classes = std::max(classesToLearn(), knownClasses);
        shape.width = options_.encoder.width;
        shape.hidden = options_.encoder.hidden;
        shape.blocks = options_.encoder.blocks;
        shape.dropout = options_.encoder.dropout;
        return shape;
    }

    [[nodiscard]] std::filesystem::path encoderFile() const { return run_.path() / "final" / "encoder.safetensors"; }

    // The encoder that is the result, or that the language stages hear with.
    void saveEncoder(const nn::SpatialEncoder& encoder)
    {
        if (ranks_->isFirst()) {
            std::filesystem::create_directories(encoderFile().parent_path());
            nn::saveTensors(encoderFile(), nn::moduleTensors(*encoder, "encoder."), {{"format", "binaurium-part"}});
        }
        ranks_->wait();
    }

    // Labels of the order of core/dataset/Labels.h up to the last one that the catalogue has sounds of.
    [[nodiscard]] int classesToLearn() const
    {
        int last = -1;
        for (const auto& label : catalogue_->labels(Split::Train))
            last = std::max(last, labelIndex(label));
        return last + 1;
    }

    ClipCache clips(Split split, int count, const std::filesystem::path& folder, SoundSet sounds, std::uint64_t seed)
    {
        SamplerOptions scene = options_.scene;
        scene.split = split;
        const auto sampler = [&] {
            const auto catalogue = sounds == options_.sounds
                                       ? catalogue_
                                       : std::make_shared<const SoundCatalogue>(SoundCatalogue::read(sounds));
            return SceneSampler(scene, catalogue, heads(split));
        };
        return ClipCache::openOrMake(folder, scene, sampler, samplingRecipe(sounds), seed, count, progress_);
    }

    void trainEncoder(nn::SpatialEncoder& encoder)
    {
        const std::filesystem::path cache =
            options_.clipCache.empty() ? run_.path() / "cache" : std::filesystem::path(options_.clipCache);
        const auto seed = options_.seedOfScenes();
        std::vector<ClipCache> train{
            clips(Split::Train, options_.encoder.clips, cache / "train", options_.sounds, seed)};
        if (options_.encoder.otherClips > 0) // rooms and places of their own; questions have seed + 1
            train.push_back(
                clips(Split::Train, options_.encoder.otherClips, cache / "train-other", SoundSet::Large, seed + 2));
        const auto validation =
            clips(Split::Validation, options_.encoder.validationClips, cache / "validation", options_.sounds, seed);
        runEncoderStage(encoder, options_, train, validation, run_, progress_);
    }

    std::shared_ptr<const SceneSampler> samplerOf(Split split, double durationS, bool loadHeads)
    {
        SamplerOptions scene = options_.scene;
        scene.split = split;
        scene.durationS = durationS;
        return std::make_shared<const SceneSampler>(
            scene, catalogue_, loadHeads ? heads(split) : headsOf(options_, split, false, progress_));
    }

    // Everything that is drawn from, as a key of caches.
    Json samplingRecipe(SoundSet sounds) const
    {
        Json recipe = config_.contains("scene") ? config_["scene"] : Json::object();
        recipe["head_variants"] = options_.headVariants;
        if (options_.trainingHeads > 0)
            recipe["training_heads"] = options_.trainingHeads;
        if (options_.headItdSpread > 0.0)
            recipe["head_itd_spread"] = options_.headItdSpread;
        if (options_.headBlendedShare > 0.0)
            recipe["head_blended_share"] = options_.headBlendedShare;
        if (sounds != SoundSet::Shipped)
            recipe["sounds"] = soundSetId(sounds);
        return recipe;
    }

    // Frozen features of the scenes of one split. The encoder's hash is part of the key.
    QuestionCache questions(Split split, int scenes, nn::FrontEnd& frontEnd, const std::string& encoderHash)
    {
        const auto folder =
            options_.questionCache.empty() ? run_.path() / "cache" : std::filesystem::path(options_.questionCache);
        const double durationS = options_.alignment.clipS;
        return QuestionCache::openOrMake(
            folder / ("questions-" + splitId(split)), durationS,
            [&](bool loadHeads) { return samplerOf(split, durationS, loadHeads); }, samplingRecipe(options_.sounds),
            options_.seedOfScenes() + 1, scenes, frontEnd, encoderHash, progress_);
    }

    void trainLanguage(nn::SpatialEncoder& encoder)
    {
        const auto weights =
            precisionOf(options_, device_) == Precision::Bfloat16 ? nn::WeightType::Bfloat16 : nn::WeightType::Float32;
        const nn::BaseModel base = nn::loadBase({options_.llm, options_.llmFolder, weights, device_}, progress_);
        const BpeTokenizer& tokenizer = *base.tokenizer;
        nn::LanguageModel& model = *base.language;
        nn::FrontEnd frontEnd(base.semantic, encoder);
        const auto shape = projectorShape(frontEnd, encoder->config(), model.config().hidden);
        const nn::LoraOptions lora{options_.sft.loraRank, options_.sft.loraAlpha, options_.sft.loraTargets};
        ModelManifest manifest = manifestOf(base, encoder->config(), shape, lora);
        const auto start = startingFolder(options_);
        if (!start.empty()) {
            requireSameParts(start, manifest); // said before hours of rendering
            if (ranks_->isFirst())
                pinStartingModel(start, run_.path() / "checkpoints" / "start.json");
        }
        auto encoderHash = sha256OfFile(encoderFile());
        if (options_.llm != "smollm2")
            encoderHash += " " + base.hashes.begin()->second; // its tower makes the semantic features
        if (!ranks_->isFirst())
            ranks_->wait(); // the first makes the caches
        const auto train = questions(Split::Train, options_.alignment.scenes, frontEnd, encoderHash);
        const auto validation =
            questions(Split::Validation, options_.alignment.validationScenes, frontEnd, encoderHash);
        if (ranks_->isFirst())
            ranks_->wait();
        const QuestionIndex trainIndex(train), validationIndex(validation);

        model.attach(std::make_shared<nn::Lora>(model.config(), lora, options_.seed));
        torch::manual_seed(options_.seed);
        LanguageParts parts{&tokenizer,  &model,           nn::HybridProjector(shape, model.embeddingNorm()),
                            &trainIndex, &validationIndex, nullptr,
                            ranks_};
        const auto heard = heardQuestions(train, encoder->config());
        parts.heard = heard.get();
        parts.projector->learnWords(model, tokenizer, encoder);
        parts.projector->to(device_);
        if (!start.empty()) {
            const auto known = readManifest(start).projector;
            nn::loadProjector(parts.projector, SafetensorsFile(start / "projector.safetensors"),
                              nn::projectorConfigFromJson(JsonObject(known, "projector")));
            model.lora()->load(SafetensorsFile(start / "lora.safetensors"));
        }
        runStages(parts, manifest);
    }

    [[nodiscard]] nn::ProjectorConfig projectorShape(const nn::FrontEnd& frontEnd,
                                                     const nn::SpatialEncoderConfig& encoder, std::int64_t output) const
    {
        nn::ProjectorConfig shape;
        shape.kind = options_.projector;
        shape.semantic = frontEnd.semanticWidth();
        shape.spatial = frontEnd.spatialWidth();
        shape.output = output;
        if (shape.tokensPerSlot() > 0) {
            shape.slotCount = encoder.slots;
            shape.hidden = encoder.hidden;
            shape.azimuthBins = encoder.azimuthBins;
        }
        return shape;
    }

    [[nodiscard]] ModelManifest manifestOf(const nn::BaseModel& base, const nn::SpatialEncoderConfig& encoder,
                                           const nn::ProjectorConfig& projector, const nn::LoraOptions& lora) const
    {
        ModelManifest manifest;
        manifest.name = options_.name;
        manifest.seed = options_.seed;
        for (const Label& label : labels().first(static_cast<std::size_t>(encoder.classes)))
            manifest.labels.emplace_back(label.id);
        manifest.base = base.hashes;
        manifest.encoder = toJson(encoder);
        manifest.projector = toJson(projector);
        manifest.lora = nn::toJson(lora);
        return manifest;
    }

    // Where a stage leaves some of them out.
    std::unique_ptr<const HeardQuestions> heardQuestions(const QuestionCache& train,
                                                         const nn::SpatialEncoderConfig& encoder)
    {
        if (std::min({options_.alignment.contradictedShare, options_.sft.contradictedShare,
                      options_.grpo.contradictedShare}) >= 1.0)
            return nullptr;
        auto heard = std::make_unique<const HeardQuestions>(train, encoder, options_.alignment.clipS);
        run_.log("contradicted", heard->summary());
        return heard;
    }

    void runStages(LanguageParts& parts, ModelManifest& manifest)
    {
        const auto keep = [&](const char* stage) {
            if (!ranks_->isFirst())
                return;
            manifest.stage = stage;
            saveModel(parts, manifest, run_.path() / "stages" / stage);
            saveModel(parts, manifest, run_.path() / "final");
        };
        for (const auto& [name, stage] :
             {std::pair("alignment", &options_.alignment), std::pair("sft", &options_.sft)}) {
            if (!stage->enabled)
                continue;
            runLanguageStage(name, parts, *stage, options_, run_, progress_);
            keep(name);
        }
        if (options_.grpo.enabled) {
            runGrpoStage(parts, options_.grpo, options_, run_, progress_);
            keep("grpo");
        }
    }

    void saveModel(const LanguageParts& parts, ModelManifest manifest, const std::filesystem::path& folder) const
    {
        std::filesystem::create_directories(folder);
        if (!std::filesystem::exists(folder / "encoder.safetensors"))
            std::filesystem::copy_file(encoderFile(), folder / "encoder.safetensors");
        nn::saveTensors(folder / "projector.safetensors", nn::moduleTensors(*parts.projector, "projector."),
                        {{"format", "binaurium-part"}});
        nn::saveTensors(folder / "lora.safetensors", parts.model->lora()->tensors(), {{"format", "pt"}});
        manifest.files = {{"encoder.safetensors", {}}, {"projector.safetensors", {}}, {"lora.safetensors", {}}};
        writeManifest(std::move(manifest), folder);
    }

    std::shared_ptr<Ranks> ranks_;
    TrainOptions options_;
    Json config_;
    RunFolder run_;
    ProgressCallback progress_;
    torch::Device device_;
    std::shared_ptr<const SoundCatalogue> catalogue_;
    std::map<Split, std::shared_ptr<const HeadPool>> heads_;
};

} // namespace

void startTraining(const std::filesystem::path& config, const std::filesystem::path& runFolder,
                   const std::vector<std::string>& overrides, const ProgressCallback& progress)
{
    Json document = readToml(config);
    for (const auto& assignment : overrides)
        setTomlValue(document, assignment);
    const auto options = trainOptionsFromJson(document, config.string(), config.parent_path());
    (void)chosenDevice(options.device); // what cannot be is said before there is a run
    checkStartingModel(options);
    if (options.encoder.enabled && options.encoder.otherClips > 0)
        (void)SoundCatalogue::read(SoundSet::Large);
    document = withAbsolutePaths(std::move(document), options); // the stored configuration stands elsewhere
    const auto ranks = Ranks::fromEnvironment();
    auto run =
        ranks->isFirst() ? RunFolder::create(runFolder, writeToml(document)) : RunFolder::ofAnotherRank(runFolder);
    ranks->wait();
    TrainingRun(options, document, std::move(run), ranks, progress).go();
}

void resumeTraining(const std::filesystem::path& runFolder, const ProgressCallback& progress)
{
    const auto ranks = Ranks::fromEnvironment();
    auto run = ranks->isFirst() ? RunFolder::open(runFolder) : RunFolder::ofAnotherRank(runFolder);
    const Json document = readToml(run.configPath());
    const auto options = trainOptionsFromJson(document, run.configPath().string(), runFolder);
    TrainingRun(options, document, std::move(run), ranks, progress).go();
}

int trainQueue(const std::filesystem::path& queue, const ProgressCallback& progress,
               const std::function<void(const std::filesystem::path& run, const std::string& reason)>& failed)
{
    int failures = 0;
    for (const QueuedRun& run : readQueue(queue)) {
        if (RunFolder::isFinished(run.output))
            continue;
        try {
            if (std::filesystem::exists(run.output / "config.toml"))
                resumeTraining(run.output, progress);
            else
                startTraining(run.config, run.output, run.overrides, progress);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Interrupted)
                throw;
            failed(run.output, error.what());
            ++failures;
        }
    }
    return failures;
}

} // namespace binaurium
