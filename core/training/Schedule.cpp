// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Schedule.h"

#include <ATen/ops/_fused_adamw.h>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr double beta1 = 0.9;
constexpr double beta2 = 0.98;
constexpr double epsilon = 1e-8;

} // namespace

double learningRateFactor(int step, const OptimiserOptions& options) noexcept
{
    const double warmup = std::max(1.0, options.warmupShare * options.steps);
    if (step < warmup)
        return (step + 1) / warmup;
    const double progress = (step - warmup) / std::max(1.0, options.steps - warmup);
    return 0.5 + 0.5 * std::cos(std::numbers::pi * std::min(1.0, progress));
}

AdamW::AdamW(std::vector<Group> groups) : groups_(std::move(groups))
{
    for (const Group& group : groups_) {
        auto& mean = mean_.emplace_back();
        auto& square = square_.emplace_back();
        auto& count = count_.emplace_back();
        for (const auto& p : group.parameters) {
            mean.push_back(torch::zeros_like(p));
            square.push_back(torch::zeros_like(p));
            count.push_back(torch::zeros({}, p.options().dtype(torch::kFloat)));
        }
    }
}

void AdamW::zeroGrad()
{
    for (Group& group : groups_)
        for (auto& p : group.parameters)
            p.mutable_grad().reset();
}

double AdamW::clip(double clipNorm)
{
    torch::NoGradGuard guard;
    double sum = 0.0;
    for (const Group& group : groups_)
        for (const auto& p : group.parameters)
            if (p.grad().defined())
                sum += p.grad().pow(2).sum().item<double>();
    const double norm = std::sqrt(sum);
    if (clipNorm > 0.0 && norm > clipNorm)
        for (Group& group : groups_)
            for (auto& p : group.parameters)
                if (p.grad().defined())
                    p.mutable_grad().mul_(clipNorm / norm);
    return norm;
}

void AdamW::step(double factor)
{
    torch::NoGradGuard guard;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        std::vector<torch::Tensor> parameters, grads, mean, square, count;
        for (std::size_t i = 0; i < groups_[g].parameters.size(); ++i) {
            const auto& p = groups_[g].parameters[i];
            if (!p.grad().defined())
                continue;
            parameters.push_back(p);
            grads.push_back(p.grad().contiguous());
            mean.push_back(mean_[g][i]);
            square.push_back(square_[g][i]);
            count.push_back(count_[g][i].add_(1.0));
        }
        if (parameters.empty() || groups_[g].learningRate * factor == 0.0)
            continue;
        at::_fused_adamw_(parameters, grads, mean, square, {}, count, groups_[g].learningRate * factor, beta1, beta2,
                          groups_[g].weightDecay, epsilon, false, false);
    }
}

std::vector<std::pair<std::string, torch::Tensor>> AdamW::state() const
{
    std::vector<std::pair<std::string, torch::Tensor>> tensors;
    for (std::size_t g = 0; g < groups_.size(); ++g)
        for (std::size_t i = 0; i < mean_[g].size(); ++i) {
            const auto name = "optimiser." + std::to_string(g) + "." + std::to_string(i);
            tensors.emplace_back(name + ".mean", mean_[g][i]);
            tensors.emplace_back(name + ".square", square_[g][i]);
            tensors.emplace_back(name + ".count", count_[g][i]);
        }
    return tensors;
}

void AdamW::restore(const std::function<torch::Tensor(const std::string&)>& find)
{
    torch::NoGradGuard guard;
    for (auto& [name, tensor] : state())
        tensor.copy_(find(name).view(tensor.sizes()));
}

} // namespace binaurium
