// SPDX-License-Identifier: GPL-3.0-or-later
// Group relative policy optimisation: advantages within groups of completions of one prompt, and the losses of its
// variants. Shao et al. 2024 (DeepSeekMath, arXiv 2402.03300): grpo; Yu et al. 2025 (arXiv 2503.14476): dapo; Liu et
// al. 2025 (arXiv 2503.20783): dr_grpo; Gao et al. 2025 (arXiv 2511.20347): sapo.
#pragma once

#include <string>
#include <torch/torch.h>

namespace binaurium {

// Rewards [P, G], NaN where a completion cannot be scored -> advantages [P, G]: reward minus the mean of its group's
// scorable rewards, divided by their standard deviation (n - 1) where `scaled`. 0 for what cannot be scored and for
// groups whose rewards are all the same, never NaN.
[[nodiscard]] torch::Tensor groupAdvantages(const torch::Tensor& rewards, bool scaled);

// Share of groups that teach nothing, because all their scorable rewards are the same.
[[nodiscard]] double zeroVarianceShare(const torch::Tensor& rewards);

struct GrpoLossOptions
{
    std::string variant = "dapo"; // grpo, dapo, dr_grpo, sapo
    double clipLow = 0.2;
    double clipHigh = 0.28;
    double klWeight = 0.0;
    int maxTokens = 24; // for dr_grpo
};

// What the loss is divided by, counted over the whole batch of all micro-batches and ranks, so that how the batch is
// cut does not change the gradient.
struct GrpoCounts
{
    double completions = 0.0;
    double tokens = 0.0;
};

// One micro-batch of R completions with at most T tokens, all [R, T] but advantage [R].
struct GrpoInput
{
    torch::Tensor logProbs;  // of the tokens under the model in training, with gradient
    torch::Tensor old;       // under the model that sampled; undefined: the model in training
    torch::Tensor reference; // under the model not to stray from; undefined where klWeight is 0
    torch::Tensor advantage;
    torch::Tensor mask; // bool; a row without tokens adds nothing
};

struct GrpoLoss
{
    torch::Tensor total;  // scalar with gradient; micro-batches add up
    double kl = 0.0;      // sum over tokens of the k3 estimate exp(ref - lp) - (ref - lp) - 1
    double clipped = 0.0; // tokens whose ratio is beyond the limit in the direction of the advantage
};
[[nodiscard]] GrpoLoss grpoLoss(const GrpoInput& input, const GrpoLossOptions& options, const GrpoCounts& counts);

} // namespace binaurium
