// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/TrainOptions.h"

#include <torch/torch.h>

namespace binaurium {

// Learning rate at `step` (0-based) relative to its peak: linear warm-up, then cosine to zero.
[[nodiscard]] double learningRateFactor(int step, const OptimiserOptions& options) noexcept;

// AdamW with bias correction over lists of parameters, through the fused kernel of libtorch; its state can be saved and
// restored exactly. Groups have their own peak learning rate and weight decay.
class AdamW
{
public:
    struct Group
    {
        std::vector<torch::Tensor> parameters;
        double learningRate = 1e-3;
        double weightDecay = 0.0;
    };
    explicit AdamW(std::vector<Group> groups);

    void zeroGrad();
    // Scales all gradients so that their common norm is at most `clipNorm`; returns the norm before.
    double clip(double clipNorm);
    // One update with every group's learning rate times `factor`.
    void step(double factor);

    // State by name ("0.exp_avg", ...), tensors on the CPU; restore needs the same parameters in the same order.
    [[nodiscard]] std::vector<std::pair<std::string, torch::Tensor>> state() const;
    void restore(const std::function<torch::Tensor(const std::string&)>& find);

private:
    std::vector<Group> groups_;
    std::vector<std::vector<torch::Tensor>> mean_, square_, count_;
};

} // namespace binaurium
