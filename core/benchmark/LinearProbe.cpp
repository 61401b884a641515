// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/LinearProbe.h"

#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <torch/torch.h>

namespace binaurium {
namespace {

constexpr int penalties = 17; // half decades
constexpr double lowestPenalty = 1e-4;
// Of the rms deviation of all features: what varies less is scaled by this, or a class that hardly ever sounded in the
// training rows would be thousands of deviations away where it does.
constexpr double leastDeviation = 0.01;
constexpr std::size_t fewestRows = 3;

torch::Tensor rowsOf(const torch::Tensor& all, const std::vector<std::int64_t>& rows)
{
    return all.index_select(0, torch::tensor(rows, torch::kLong));
}

// Predictions for `open` of a map learned on `known`. The singular value decomposition of the training rows gives the
// fit, and its leave-one-out error, for every penalty: the residual of a row over one minus its leverage.
torch::Tensor predicted(const torch::Tensor& known, const torch::Tensor& targets, const torch::Tensor& open)
{
    const auto mean = known.mean(0, true);
    const auto deviation = (known - mean).square().mean(0, true).sqrt();
    const double floor = leastDeviation * deviation.square().mean().sqrt().item<double>();
    const auto scale = floor > 0.0 ? deviation.clamp_min(floor).reciprocal() : torch::zeros_like(deviation);
    const auto x = (known - mean) * scale;
    const auto offset = targets.mean(0, true);
    const auto y = targets - offset;
    const auto [u, s, vt] = torch::linalg_svd(x, false);
    const auto projected = torch::matmul(u.t(), y);
    const auto energy = s.square();
    const double unit = energy.mean().item<double>();
    const auto n = static_cast<double>(known.size(0));
    torch::Tensor best;
    double least = INFINITY;
    for (int i = 0; i < penalties && unit > 0.0; ++i) {
        const double penalty = unit * lowestPenalty * std::pow(10.0, 0.5 * i);
        const auto shrink = (energy / (energy + penalty)).unsqueeze(1);
        const auto leverage = torch::matmul(u.square(), shrink) + 1.0 / n;
        const auto left = (y - torch::matmul(u, shrink * projected)) / (1.0 - leverage);
        const double error = left.square().mean().item<double>();
        if (error < least) {
            least = error;
            best = torch::matmul(vt.t(), (s / (energy + penalty)).unsqueeze(1) * projected);
        }
    }
    if (!best.defined()) // nothing varies: the mean
        return offset.expand({open.size(0), offset.size(1)});
    return torch::matmul((open - mean) * scale, best) + offset;
}

} // namespace

std::vector<double> crossValidatedRidge(const ProbeFeatures& features, std::span<const double> targets,
                                        std::size_t outputs, std::span<const std::size_t> fold)
{
    const auto rows = features.rows();
    if (rows == 0 || outputs == 0 || targets.size() != rows * outputs || fold.size() != rows ||
        features.values.size() != rows * features.width)
        throw badInput("probe", "has features, targets and folds of different lengths");
    const auto folds = *std::max_element(fold.begin(), fold.end()) + 1;
    if (folds < 2)
        throw badInput("probe", "needs at least two folds");
    const torch::NoGradGuard guard;
    const auto r = static_cast<std::int64_t>(rows);
    const auto x = torch::tensor(c10::ArrayRef<float>(features.values), torch::kDouble)
                       .view({r, static_cast<std::int64_t>(features.width)});
    const auto y = torch::tensor(c10::ArrayRef<double>(targets.data(), targets.size()), torch::kDouble)
                       .view({r, static_cast<std::int64_t>(outputs)});
    std::vector<double> result(targets.size());
    for (std::size_t f = 0; f < folds; ++f) {
        std::vector<std::int64_t> known, open;
        for (std::size_t i = 0; i < rows; ++i)
            (fold[i] == f ? open : known).push_back(static_cast<std::int64_t>(i));
        if (open.empty())
            continue;
        if (known.size() < fewestRows)
            throw badInput("probe", "leaves " + std::to_string(known.size()) + " scenes to learn from; give more");
        const auto said = predicted(rowsOf(x, known), rowsOf(y, known), rowsOf(x, open)).contiguous();
        const double* value = said.data_ptr<double>();
        for (std::size_t i = 0; i < open.size(); ++i)
            std::copy_n(value + i * outputs, outputs, result.begin() + open[i] * static_cast<std::ptrdiff_t>(outputs));
    }
    return result;
}

} // namespace binaurium
