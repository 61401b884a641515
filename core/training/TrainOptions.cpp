// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/TrainOptions.h"

#include "core/support/Error.h"

namespace binaurium {
namespace {

void noteUnknown(const JsonObject& object, std::vector<std::string>& unknown)
{
    const auto keys = object.unknownKeys();
    unknown.insert(unknown.end(), keys.begin(), keys.end());
}

void readOptimiser(const JsonObject& o, OptimiserOptions& options)
{
    options.learningRate = o.number("learning_rate", 0.0, 1.0, options.learningRate);
    options.weightDecay = o.number("weight_decay", 0.0, 1.0, options.weightDecay);
    options.warmupShare = o.number("warmup_share", 0.0, 1.0, options.warmupShare);
    options.clipNorm = o.number("clip_norm", 0.0, 1e6, options.clipNorm);
    options.batch = static_cast<int>(o.integer("batch", 1, 65536, options.batch));
    options.steps = static_cast<int>(o.integer("steps", 1, 100'000'000, options.steps));
}

void readEncoder(const JsonObject& o, EncoderStageOptions& options, std::vector<std::string>& unknown)
{
    options.enabled = o.boolean("enabled", options.enabled);
    readOptimiser(o, options.optimiser);
    options.clips = static_cast<int>(o.integer("clips", 1, 10'000'000, options.clips));
    options.validationClips = static_cast<int>(o.integer("validation_clips", 1, 1'000'000, options.validationClips));
    options.width = o.number("width", 0.1, 8.0, options.width);
    options.hidden = static_cast<int>(o.integer("hidden", 16, 4096, options.hidden));
    options.blocks = static_cast<int>(o.integer("blocks", 0, 32, options.blocks));
    options.dropout = o.number("dropout", 0.0, 0.9, options.dropout);
    options.cropShare = o.number("crop_share", 0.0, 1.0, options.cropShare);
    options.mirrorShare = o.number("mirror_share", 0.0, 1.0, options.mirrorShare);
    options.earGainDb = o.number("ear_gain_db", 0.0, 12.0, options.earGainDb);
    options.tiltDb = o.number("tilt_db", 0.0, 24.0, options.tiltDb);
    noteUnknown(o, unknown);
}

void readLanguage(const JsonObject& o, LanguageStageOptions& options, std::vector<std::string>& unknown)
{
    options.enabled = o.boolean("enabled", options.enabled);
    readOptimiser(o, options.optimiser);
    options.clipS = o.number("clip_s", 0.5, 10.0, options.clipS);
    options.scenes = static_cast<int>(o.integer("scenes", 1, 10'000'000, options.scenes));
    options.validationScenes = static_cast<int>(o.integer("validation_scenes", 1, 1'000'000, options.validationScenes));
    options.validationQuestions =
        static_cast<int>(o.integer("validation_questions", 1, 1'000'000, options.validationQuestions));
    options.warmUpSteps = static_cast<int>(o.integer("warm_up_steps", 0, 1'000'000, options.warmUpSteps));
    options.loraLearningRate = o.number("lora_learning_rate", 0.0, 1.0, options.loraLearningRate);
    options.loraRank = static_cast<int>(o.integer("lora_rank", 1, 512, options.loraRank));
    options.loraAlpha = o.number("lora_alpha", 0.01, 4096.0, options.loraAlpha);
    noteUnknown(o, unknown);
}

} // namespace

bool TrainOptions::isValid(std::string* error) const
{
    const auto fail = [&](const char* what) {
        if (error != nullptr)
            *error = what;
        return false;
    };
    if (!scene.isValid(error))
        return false;
    if (encoder.hidden % 4 != 0)
        return fail("encoder.hidden must be a multiple of 4");
    if (!encoder.enabled && encoderCheckpoint.empty())
        return fail("without the encoder stage, encoder_checkpoint must name a finished encoder");
    if (projector != "p0" && projector != "p1" && projector != "p2")
        return fail("projector must be p0, p1 or p2");
    if (precision != "auto" && precision != "float32" && precision != "bfloat16")
        return fail("precision must be auto, float32 or bfloat16");
    return true;
}

TrainOptions trainOptionsFromJson(const Json& document, const std::string& name, const std::filesystem::path& folder)
{
    const JsonObject root(document, name);
    checkFormat(root, "binaurium-train", 1);
    TrainOptions o;
    std::vector<std::string> unknown;
    const auto resolved = [&](const std::string& path) {
        return path.empty() || std::filesystem::path(path).is_absolute()
                   ? path
                   : std::filesystem::weakly_canonical(folder / path).string();
    };
    o.name = root.string("name", o.name);
    o.seed = static_cast<std::uint64_t>(root.integer("seed", 0, INT64_MAX, 1));
    o.threads = static_cast<int>(root.integer("threads", 0, 1024, 0));
    if (root.has("head_folders"))
        for (const auto& path : root.strings("head_folders", 100))
            o.headFolders.push_back(resolved(path));
    o.precision = root.string("precision", o.precision);
    o.sounds = soundSetFromId(root.string("sounds", soundSetId(o.sounds)));
    o.headVariants = static_cast<int>(root.integer("head_variants", 1, 1000, o.headVariants));
    o.checkpointEveryS = static_cast<int>(root.integer("checkpoint_every_s", 1, 86400, o.checkpointEveryS));
    o.validateEverySteps = static_cast<int>(root.integer("validate_every_steps", 1, 100'000'000, o.validateEverySteps));
    o.encoderCheckpoint = resolved(root.string("encoder_checkpoint", ""));
    o.projector = root.string("projector", o.projector);
    o.clipCache = resolved(root.string("clip_cache", ""));
    if (root.has("scene"))
        o.scene = samplerOptionsFromJson(root.object("scene"), unknown);
    if (root.has("encoder"))
        readEncoder(root.object("encoder"), o.encoder, unknown);
    if (root.has("alignment"))
        readLanguage(root.object("alignment"), o.alignment, unknown);
    if (root.has("sft"))
        readLanguage(root.object("sft"), o.sft, unknown);
    noteUnknown(root, unknown);
    if (!unknown.empty())
        throw badInput(name, "'" + unknown.front() + "' is not an option of training");
    std::string error;
    if (!o.isValid(&error))
        throw badInput(name, error);
    return o;
}

} // namespace binaurium
