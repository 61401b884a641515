// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/PlainChecks.h"

#include <string>
#include <torch/torch.h>

namespace binaurium::test {

inline constexpr double deviceTolerance = 1e-3; // relative to the largest value, float32; a GPU sums in another order

// Largest difference, relative to the largest value of `here`.
inline double difference(const torch::Tensor& there, const torch::Tensor& here)
{
    const auto a = there.to(torch::kCPU, torch::kDouble), b = here.to(torch::kCPU, torch::kDouble);
    return (a - b).abs().max().item<double>() / std::max(1e-12, b.abs().max().item<double>());
}

inline void checkAgree(const torch::Tensor& there, const torch::Tensor& here, const std::string& what)
{
    const double apart = difference(there, here);
    check(apart < deviceTolerance, what + ", apart by " + std::to_string(apart));
}

} // namespace binaurium::test
