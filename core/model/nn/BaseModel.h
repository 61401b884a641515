// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/BpeTokenizer.h"
#include "core/model/nn/LanguageModel.h"
#include "core/model/nn/WhisperEncoder.h"
#include "core/support/Progress.h"

namespace binaurium::nn {

// How the matrices of a base are held.
enum class WeightType {
    Float32,
    Bfloat16,
    Fastest // prompts in bfloat16 where the processor has it in hardware, single tokens quantised where the file is
};

// Which frozen models the trained parts stand on.
struct BaseOptions
{
    std::string llm = "smollm2"; // or "qwen2-audio"
    // Of qwen2-audio: the folder as Hugging Face publishes it; empty: weights/qwen2-audio of the data folders.
    std::filesystem::path folder;
    WeightType weights = WeightType::Float32;
    torch::Device device = torch::kCPU; // where it computes
    // Weight id -> sha256 or fingerprint that the base must have (manifest.json); empty: any.
    std::map<std::string, std::string> expected{};
};

// Tokenizer, language model and semantic encoder, frozen.
struct BaseModel
{
    std::unique_ptr<BpeTokenizer> tokenizer;
    std::unique_ptr<LanguageModel> language;
    std::shared_ptr<const WhisperEncoder> semantic;
    std::map<std::string, std::string> hashes; // of manifest.json: weight id -> sha256 or fingerprint
    // Of qwen2-audio: what turns states of its tower into tokens of its language model; undefined for others.
    torch::Tensor audioProjection, audioProjectionBias;
};

// Throws Missing where the weights are not on this computer or need more memory than it has, before anything heavy
// starts; BadInput where they are damaged or not the expected ones; Interrupted.
[[nodiscard]] BaseModel loadBase(const BaseOptions& options, const ProgressCallback& progress);
// The folder that `options` mean for qwen2-audio. Throws Missing.
[[nodiscard]] std::filesystem::path qwen2AudioFolder(const BaseOptions& options);

} // namespace binaurium::nn
