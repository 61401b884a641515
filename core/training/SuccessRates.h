// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>
#include <vector>

namespace binaurium {

// Success of each kind of question (template), as an average that forgets; what adaptive choices of questions go by.
// Its state is a tensor, so that checkpoints hold it.
class SuccessRates
{
public:
    // `memory`: what is left of a rate at each visit, 0 to 1.
    SuccessRates(std::size_t kinds, double memory);
    void note(std::size_t kind, double share);
    // Weights for drawing what can be learnt by trying: largest where half is right (4 p (1 - p)). None is ever 0, so
    // that what is mastered or hopeless now is still visited.
    [[nodiscard]] std::vector<double> forTrying() const;
    // Weights for drawing what is still guessed: (1 - p)^2, never 0.
    [[nodiscard]] std::vector<double> forLearning() const;
    [[nodiscard]] const torch::Tensor& state() const noexcept { return rate_; }

private:
    template <typename Weight>
    [[nodiscard]] std::vector<double> weights(const Weight& weight) const;
    double memory_;
    torch::Tensor rate_; // [kinds], starts at 1/2
};

} // namespace binaurium
