// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/Generation.h"

namespace binaurium::nn {

// Several prompts of different length, padded at the start so that all end together.
struct PromptBatch
{
    torch::Tensor embeddings; // [P, T, hidden]
    torch::Tensor padding;    // [P] padded positions, undefined where all have the same length
};
// Rows [T_p, hidden] on one device, at least one.
[[nodiscard]] PromptBatch promptBatch(const std::vector<torch::Tensor>& rows);

// Token sequences that continue prompts, padded at the end.
struct Continuations
{
    torch::Tensor ids;    // [R, T] int64
    torch::Tensor mask;   // [R, T] bool, true where a token is
    torch::Tensor prompt; // [R] int64, the prompt that each continues
};
// `prompt[r]` is the prompt of ids[r]; every sequence has at least one token. On the device of the model that reads
// them.
[[nodiscard]] Continuations continuations(const std::vector<std::vector<int>>& ids,
                                          const std::vector<std::int64_t>& prompt,
                                          const torch::Device& device = torch::kCPU);

// Log-probability of every token of every continuation, [R, T] float32, 0 where the mask is false, under
// softmax(logits / temperature). Each prompt is read once. Gradients flow to the LoRA and the prompts' embeddings.
// `entropy`, where wanted, gets that of each token's distribution, [R, T], without gradient.
[[nodiscard]] torch::Tensor continuationLogProbs(const LanguageModel& model, const PromptBatch& prompts,
                                                 const Continuations& continuations, double temperature = 1.0,
                                                 torch::Tensor* entropy = nullptr);

// Samples `count` completions of each prompt; the prompts are read once and all rows advance together. Result p *
// count + g is completion g of prompt p; logProbs are those of the sampled distribution and include the end token. Row
// r of the batch draws from RandomStream(options.seed, "completion", r). Attention is not recorded.
[[nodiscard]] std::vector<Generated> generateGroups(const LanguageModel& model, const PromptBatch& prompts, int count,
                                                    const GenerationOptions& options);

} // namespace binaurium::nn
