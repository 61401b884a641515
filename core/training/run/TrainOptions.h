// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/SceneSampler.h"
#include "core/support/Json.h"

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace binaurium {

// Optimiser and schedule of one stage: AdamW, linear warm-up, cosine to zero, global gradient clipping.
struct OptimiserOptions
{
    double learningRate = 2e-3;
    double weightDecay = 0.02;
    double warmupShare = 0.05; // of the steps
    double clipNorm = 3.0;
    int batch = 64;
    int steps = 1000;
};

// What every stage has.
struct StageOptions
{
    bool enabled = true;
    OptimiserOptions optimiser;
    int microBatch = 0; // examples in memory at once; gradients add up over the batch; 0: the whole batch
    double gate = 0.0;  // the best validation value that the stage must reach for the curriculum to go on; 0: none
};

struct EncoderStageOptions : StageOptions
{
    EncoderStageOptions() { optimiser = {2e-3, 0.02, 0.05, 3.0, 64, 4000}; }
    int clips = 20000;         // rendered once and kept in the run's cache
    int otherClips = 0;        // more of them, of the large catalogue's sounds: only those with known labels are named
    int validationClips = 400; // of the validation split
    double width = 1.0;
    int hidden = 256;
    int blocks = 2;
    double dropout = 0.1;
    double cropShare = 0.7;          // of batches cut to one second at a random place
    double mirrorShare = 0.5;        // clips with the ears exchanged
    double earGainDb = 0.7;          // standard deviation of a level error between the ears
    double tiltDb = 3.0;             // standard deviation of a spectral slope over the whole band
    double colourDb = 0.0;           // standard deviation of a smooth curve over frequency, both ears alike
    double earColourDb = 0.0;        // of another one between the ears
    double labelWeight = 0.3;        // of the class in the loss, beside 1 of the azimuth
    std::string without = "nothing"; // a feature that the net never hears, to measure what it is worth
};

struct LanguageStageOptions : StageOptions
{
    LanguageStageOptions() { optimiser = {1e-3, 0.01, 0.05, 1.0, 16, 600}; }
    double clipS = 2.0;
    int scenes = 4000; // rendered once; their questions are drawn anew each time
    int validationScenes = 100;
    int validationQuestions = 150;
    int warmUpSteps = 0;           // of the projector against word embeddings, before the first step
    double loraLearningRate = 0.0; // 0: the LoRA parameters stay as they are
    int loraRank = 8;
    double loraAlpha = 16.0;
    std::string loraTargets = "query_value"; // attention: and key, output; all: and the feed-forward network
    double evidenceShare = 0.0;              // of answers that say the evidence first
    double describeShare = 0.0;              // of examples that ask for a description of the whole scene
    double inViewShare = 0.0;                // of questions that say first what is in view
    double freeAnswerShare = 0.25;           // of questions that are asked without their options
    double contradictedShare = 1.0;          // of the questions whose answer contradicts what the encoder heard
    int questionsPerScene = 1;               // of a batch, which then share the audio tokens of their scene
    bool adaptive = false;                   // kinds of questions that are still guessed are drawn more often
    double corruptShare = 0.0;               // of answers replaced by a wrong option: to measure what bad labels cost
    // Shares of L1, L2 and L3 among the questions, moving from the first to the last step.
    std::array<double, 3> levelsAtStart{0.5, 0.3, 0.2};
    std::array<double, 3> levelsAtEnd{0.3, 0.35, 0.35};
};

// Of EncoderStageOptions::without. "above_8_khz" is about the bands alone.
inline constexpr std::array withheldFeatures{"nothing",          "gcc",       "spectrum",
                                             "level_difference", "coherence", "above_8_khz"};

// Group relative policy optimisation on the LoRA (facts and variants: core/training/Grpo.h).
struct GrpoStageOptions : StageOptions
{
    GrpoStageOptions()
    {
        enabled = false;
        optimiser = {1e-4, 0.0, 0.05, 1.0, 8, 200}; // batch: prompts per step
        microBatch = 8;                             // completions
    }
    std::string variant = "dapo"; // grpo, dapo, dr_grpo, sapo
    std::string scale = "group";  // group: divide by the group's standard deviation; none
    int group = 8;                // completions per prompt
    int maxTokens = 24;
    double temperature = 1.0;
    int updates = 1; // optimiser steps per generated batch
    double clipLow = 0.2;
    double clipHigh = 0.28;
    double klWeight = 0.0; // of the k3 estimate towards the model without this stage's changes
    double answerReward = 1.0;
    double formatReward = 0.2;
    double evidenceReward = 0.0;
    double lengthPenalty = 0.0; // at maxTokens; grows linearly from half of it
    bool maskTruncated = true;  // completions without an end token teach nothing
    bool adaptive = true;       // prompts whose groups are neither all right nor all wrong are drawn more often
    double guardMargin = 0.03;  // loss of L1 or L2 accuracy on validation questions that stops the stage
    int guardEverySteps = 25;
    int validationQuestions = 300;
    double contradictedShare = 1.0; // as in the language stages: no trying leads to what was not heard
    std::array<double, 3> levels{0.25, 0.25, 0.5};
};

// One training run: encoder -> alignment (projector only) -> sft (projector and LoRA) -> grpo (LoRA). Members as in the
// TOML file. The language stages read the same cached scenes: those of [alignment].
struct TrainOptions
{
    std::string name = "binaurium-small";
    std::uint64_t seed = 1;
    std::uint64_t sceneSeed = 0; // of rendered scenes, their heads and the validation questions; 0: seed
    int threads = 0;
    std::string precision = "auto"; // float32, bfloat16; auto: bfloat16 where the device has it in hardware
    std::string device = "auto";    // cpu, cuda:N; auto: a GPU where the linked libtorch can use one
    std::vector<std::string> headFolders;
    SoundSet sounds = SoundSet::Shipped;
    int headVariants = 8;
    int trainingHeads = 0;         // the first ones of models/heads.toml; 0: all
    double headItdSpread = 0.0;    // of the drawn variants' delays: scaled by 1 - spread to 1 + spread
    double headBlendedShare = 0.0; // of the drawn variants: mixed with a second head of the split
    int checkpointEveryS = 120;
    int keepCheckpoints = 0; // numbered ones beside last and best, newest kept
    int validateEverySteps = 500;
    std::string llm = "smollm2";   // base that projector and LoRA stand on; or qwen2-audio
    std::string llmFolder;         // of qwen2-audio; empty: weights/qwen2-audio of the data folders
    std::string encoderCheckpoint; // encoder that the encoder stage starts from, or that is used where it is disabled
    // Model folder, or name of a shipped model, whose projector and LoRA the first language stage starts from; and the
    // encoder, where that has no stage and no checkpoint.
    std::string modelCheckpoint;
    std::string projector = "p2"; // kinds: core/model/nn/HybridProjector.h
    std::string clipCache;        // folder of rendered clips that runs share; empty: below the run
    std::string questionCache;    // folder of frozen features that runs share; empty: below the run
    SamplerOptions scene;
    EncoderStageOptions encoder;
    LanguageStageOptions alignment;
    LanguageStageOptions sft;
    GrpoStageOptions grpo;
    [[nodiscard]] std::uint64_t seedOfScenes() const noexcept { return sceneSeed != 0 ? sceneSeed : seed; }
    [[nodiscard]] bool isValid(std::string* error) const;
};

// Reads a configuration ("binaurium-train" version 1). Relative paths start at `folder`. Unknown keys are errors here:
// a misspelt option must not train for hours with its default.
[[nodiscard]] TrainOptions trainOptionsFromJson(const Json& document, const std::string& name,
                                                const std::filesystem::path& folder);

// The document with its relative paths made absolute, for a copy that stands in another folder.
[[nodiscard]] Json withAbsolutePaths(Json document, const TrainOptions& options);

// One option for people: what a form shows and what a reader checks, from the same table.
struct OptionField
{
    enum class Kind { Boolean, Integer, Number, Numbers, Choice, Text, Folder, File, Model, Folders, Device };
    std::string section; // "" for the top level, "encoder", "alignment", "sft", "grpo"
    std::string key;     // as in the file
    Kind kind = Kind::Text;
    Json value; // of the options that were described
    double low = 0.0, high = 0.0;
    std::vector<std::string> choices;
    std::string help; // one English sentence with the unit
    [[nodiscard]] bool isPath() const { return kind == Kind::Folder || kind == Kind::File || kind == Kind::Model; }
};
// All options but those of [scene], in the order of a form.
[[nodiscard]] std::vector<OptionField> optionFields(const TrainOptions& options);

} // namespace binaurium
