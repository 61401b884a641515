// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/SceneSampler.h"
#include "core/support/Json.h"

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

struct EncoderStageOptions
{
    bool enabled = true;
    OptimiserOptions optimiser{2e-3, 0.02, 0.05, 3.0, 64, 4000};
    int clips = 20000;         // rendered once and kept in the run's cache
    int validationClips = 400; // of the validation split
    double width = 1.0;
    int hidden = 256;
    int blocks = 2;
    double dropout = 0.1;
    double cropShare = 0.7;   // of batches cut to one second at a random place
    double mirrorShare = 0.5; // clips with the ears exchanged
    double earGainDb = 0.7;   // standard deviation of a level error between the ears
    double tiltDb = 3.0;      // standard deviation of a spectral slope over the whole band
};

struct LanguageStageOptions
{
    bool enabled = true;
    OptimiserOptions optimiser{1e-3, 0.01, 0.05, 1.0, 16, 600};
    double clipS = 2.0;
    int scenes = 4000; // rendered once; their questions are drawn anew each time
    int validationScenes = 100;
    int validationQuestions = 150;
    int warmUpSteps = 0;           // of the projector against word embeddings, before the first step
    double loraLearningRate = 0.0; // 0: the LoRA parameters stay as they are
    int loraRank = 8;
    double loraAlpha = 16.0;
};

// One training run: encoder -> alignment (projector only) -> sft (projector and LoRA). Members as in the TOML file.
// alignment and sft read the same cached scenes: those of [alignment].
struct TrainOptions
{
    std::string name = "binaurium-small";
    std::uint64_t seed = 1;
    int threads = 0;
    std::string precision = "auto"; // float32, bfloat16; auto: bfloat16 where the processor has it in hardware
    std::vector<std::string> headFolders;
    SoundSet sounds = SoundSet::Shipped;
    int headVariants = 8;
    int checkpointEveryS = 120;
    int validateEverySteps = 500;
    std::string encoderCheckpoint; // encoder that the encoder stage starts from, or that is used where it is disabled
    std::string projector = "p2";  // p0 single MLP, p1 dual tower, p2 dense hybrid
    std::string clipCache;         // folder of rendered clips that runs share; empty: below the run
    SamplerOptions scene;
    EncoderStageOptions encoder;
    LanguageStageOptions alignment;
    LanguageStageOptions sft;
    [[nodiscard]] bool isValid(std::string* error) const;
};

// Reads a configuration ("binaurium-train" version 1). Relative paths start at `folder`. Unknown keys are errors here:
// a misspelt option must not train for hours with its default.
[[nodiscard]] TrainOptions trainOptionsFromJson(const Json& document, const std::string& name,
                                                const std::filesystem::path& folder);

} // namespace binaurium
