// SPDX-License-Identifier: GPL-3.0-or-later
// The options of training, each named once: a visitor reads them from a file or lists them for a form.
#pragma once

#include "core/training/run/TrainOptions.h"

namespace binaurium {

inline constexpr double manySteps = 1e8;
inline constexpr double manyExamples = 1e7;

template <typename Visitor>
void visitStage(Visitor& v, StageOptions& o)
{
    v.boolean("enabled", o.enabled, "whether the stage runs");
    v.integer("steps", o.optimiser.steps, 1, manySteps, "optimiser steps");
    v.integer("batch", o.optimiser.batch, 1, 65536, "examples of one step");
    v.integer("micro_batch", o.microBatch, 0, 65536, "examples in memory at once; 0: the whole batch");
    v.number("learning_rate", o.optimiser.learningRate, 0.0, 1.0, "peak learning rate of AdamW");
    v.number("weight_decay", o.optimiser.weightDecay, 0.0, 1.0, "decoupled weight decay");
    v.number("warmup_share", o.optimiser.warmupShare, 0.0, 1.0, "share of the steps in which the rate rises");
    v.number("clip_norm", o.optimiser.clipNorm, 0.0, 1e6, "largest norm of all gradients together; 0: no limit");
    v.number("gate", o.gate, 0.0, 1.0, "validation value that the stage must reach, else the run stops; 0: none");
}

template <typename Visitor>
void visitEncoder(Visitor& v, EncoderStageOptions& o)
{
    visitStage(v, o);
    v.integer("clips", o.clips, 1, manyExamples, "training clips, rendered once");
    v.integer("other_clips", o.otherClips, 0, manyExamples,
              "more training clips with sounds of the large catalogue: all are located, those with known labels named");
    v.integer("validation_clips", o.validationClips, 1, 1e6, "clips of validation heads, rooms and sounds");
    v.number("width", o.width, 0.1, 8.0, "width of the convolutions");
    v.integer("hidden", o.hidden, 16, 4096, "width of the trunk, a multiple of 4");
    v.integer("blocks", o.blocks, 0, 32, "attention blocks");
    v.number("dropout", o.dropout, 0.0, 0.9, "share of activations dropped");
    v.number("crop_share", o.cropShare, 0.0, 1.0, "share of batches cut to one second");
    v.number("mirror_share", o.mirrorShare, 0.0, 1.0, "share of clips with the ears exchanged");
    v.number("ear_gain_db", o.earGainDb, 0.0, 12.0, "standard deviation of a level error between the ears, dB");
    v.number("tilt_db", o.tiltDb, 0.0, 24.0, "standard deviation of a spectral slope, dB over the band");
    v.number("colour_db", o.colourDb, 0.0, 24.0, "standard deviation of a smooth curve over frequency, dB");
    v.number("ear_colour_db", o.earColourDb, 0.0, 12.0, "standard deviation of such a curve between the ears, dB");
    v.choice("without", o.without, {withheldFeatures.begin(), withheldFeatures.end()},
             "a feature that the net never hears, for comparisons");
    v.number("label_weight", o.labelWeight, 0.0, 10.0, "weight of the class in the loss, beside 1 of the azimuth");
}

template <typename Visitor>
void visitLanguage(Visitor& v, LanguageStageOptions& o)
{
    visitStage(v, o);
    v.number("clip_s", o.clipS, 0.5, 10.0, "length of the scenes, s");
    v.integer("scenes", o.scenes, 1, manyExamples, "training scenes, rendered once");
    v.integer("validation_scenes", o.validationScenes, 1, 1e6, "scenes of validation heads, rooms and sounds");
    v.integer("validation_questions", o.validationQuestions, 1, 1e6, "questions asked at each validation");
    v.integer("warm_up_steps", o.warmUpSteps, 0, 1e6,
              "steps of the projector against word embeddings before the first");
    v.number("lora_learning_rate", o.loraLearningRate, 0.0, 1.0, "peak learning rate of the LoRA; 0: it stays");
    v.integer("lora_rank", o.loraRank, 1, 512, "rank of the LoRA");
    v.number("lora_alpha", o.loraAlpha, 0.01, 4096.0, "scale of the LoRA times its rank");
    v.choice("lora_targets", o.loraTargets, {"query_value", "attention", "all"}, "projections that have a LoRA");
    v.number("evidence_share", o.evidenceShare, 0.0, 1.0, "share of answers that say the evidence first");
    v.number("describe_share", o.describeShare, 0.0, 1.0, "share of examples that describe the whole scene");
    v.number("in_view_share", o.inViewShare, 0.0, 1.0, "share of questions that say first what is in view");
    v.number("free_answer_share", o.freeAnswerShare, 0.0, 1.0, "share of questions asked without options");
    v.number("contradicted_share", o.contradictedShare, 0.0, 1.0,
             "share of the questions asked whose answer contradicts what the encoder heard");
    v.integer("questions_per_scene", o.questionsPerScene, 1, 256, "questions of a batch that share a scene's tokens");
    v.boolean("adaptive", o.adaptive, "whether kinds of questions that are still guessed are drawn more often");
    v.number("corrupt_share", o.corruptShare, 0.0, 1.0, "share of answers replaced by a wrong option (experiments)");
    v.numbers("levels_at_start", o.levelsAtStart, 0.0, 1.0, "shares of L1, L2, L3 at the first step");
    v.numbers("levels_at_end", o.levelsAtEnd, 0.0, 1.0, "shares of L1, L2, L3 at the last step");
}

template <typename Visitor>
void visitGrpo(Visitor& v, GrpoStageOptions& o)
{
    visitStage(v, o);
    v.choice("variant", o.variant, {"grpo", "dapo", "dr_grpo", "sapo"}, "how token losses are weighted");
    v.choice("scale", o.scale, {"group", "none"}, "whether advantages are divided by the group's deviation");
    v.integer("group", o.group, 2, 256, "completions of one prompt");
    v.integer("max_tokens", o.maxTokens, 1, 1024, "longest completion, tokens");
    v.number("temperature", o.temperature, 0.05, 5.0, "sampling temperature");
    v.integer("updates", o.updates, 1, 64, "optimiser steps for each generated batch");
    v.number("clip_low", o.clipLow, 0.0, 1.0, "how far below 1 the ratio may go");
    v.number("clip_high", o.clipHigh, 0.0, 10.0, "how far above 1 the ratio may go");
    v.number("kl_weight", o.klWeight, 0.0, 10.0, "weight of the distance from the starting model; 0: none");
    v.number("answer_reward", o.answerReward, 0.0, 10.0, "reward of the right answer");
    v.number("format_reward", o.formatReward, 0.0, 10.0, "reward of an answer that names one option and ends");
    v.number("evidence_reward", o.evidenceReward, 0.0, 10.0, "reward of evidence that agrees with the scene");
    v.number("length_penalty", o.lengthPenalty, 0.0, 10.0, "penalty at the longest completion");
    v.boolean("mask_truncated", o.maskTruncated, "whether completions without an end teach nothing");
    v.boolean("adaptive", o.adaptive, "whether prompts of middling success are drawn more often");
    v.number("guard_margin", o.guardMargin, 0.0, 1.0, "loss of L1 or L2 accuracy that stops the stage");
    v.integer("guard_every_steps", o.guardEverySteps, 1, manySteps, "steps between validations");
    v.integer("validation_questions", o.validationQuestions, 1, 1e6, "questions asked at each validation");
    v.number("contradicted_share", o.contradictedShare, 0.0, 1.0,
             "share of the prompts asked whose answer contradicts what the encoder heard");
    v.numbers("levels", o.levels, 0.0, 1.0, "shares of L1, L2, L3 among the prompts");
}

template <typename Visitor>
void visitRun(Visitor& v, TrainOptions& o)
{
    v.text("name", o.name, "name of the model");
    v.seed("seed", o.seed, "every random choice follows from it, but for those of scene_seed");
    v.seed("scene_seed", o.sceneSeed, "of the rendered scenes, so that runs of several seeds share caches; 0: seed");
    v.integer("threads", o.threads, 0, 1024, "threads; 0: as many as processors");
    v.choice("precision", o.precision, {"auto", "float32", "bfloat16"}, "number format of matrix products");
    v.device("device", o.device, "auto, cpu or cuda:N; auto: a GPU where libtorch can use one");
    v.folders("head_folders", o.headFolders, "folders with SOFA files of heads");
    v.sounds("sounds", o.sounds, "which catalogue of dry sounds");
    v.integer("head_variants", o.headVariants, 1, 1000, "warped and re-scaled variants of each training head");
    v.integer("training_heads", o.trainingHeads, 0, 1000, "training heads, the first of the table; 0: all");
    v.number("head_itd_spread", o.headItdSpread, 0.0, 0.5, "how far the variants' delays are scaled up or down");
    v.number("head_blended_share", o.headBlendedShare, 0.0, 1.0, "share of the variants mixed with a second head");
    v.choice("llm", o.llm, {"smollm2", "qwen2-audio"}, "language model with its semantic encoder");
    v.folder("llm_folder", o.llmFolder, "folder of Qwen2-Audio as it is published");
    v.choice(
        "projector", o.projector, {"p0", "p1", "p2", "p3", "p4", "p5", "p6", "routed"},
        "single MLP, dual tower, dense hybrid, that with one or three tokens or a phrase for each slot, or routed");
    v.integer("checkpoint_every_s", o.checkpointEveryS, 1, 86400, "time between checkpoints, s");
    v.integer("keep_checkpoints", o.keepCheckpoints, 0, 1000, "numbered checkpoints kept beside last and best");
    v.integer("validate_every_steps", o.validateEverySteps, 1, manySteps, "steps between validations");
    v.file("encoder_checkpoint", o.encoderCheckpoint, "encoder to start from, or to use where its stage is off");
    v.model("model_checkpoint", o.modelCheckpoint, "model folder or name of a model whose parts to start from");
    v.folder("clip_cache", o.clipCache, "folder of rendered clips shared by runs");
    v.folder("question_cache", o.questionCache, "folder of frozen features shared by runs");
}

} // namespace binaurium
