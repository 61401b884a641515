// SPDX-License-Identifier: GPL-3.0-or-later
// A random language model of two layers, and a check of gradients, for the tests of training.
#pragma once

#include "core/model/nn/LanguageModel.h"

#include <functional>

namespace binaurium::test {

inline nn::LanguageModelConfig tinyConfig(std::int64_t vocabulary = 20)
{
    nn::LanguageModelConfig c;
    c.layers = 2;
    c.hidden = 32;
    c.heads = 4;
    c.kvHeads = 2;
    c.headDim = 8;
    c.ffn = 48;
    c.vocabulary = vocabulary;
    c.context = 128;
    return c;
}

inline nn::LanguageModel tinyModel(std::int64_t vocabulary = 20)
{
    const auto c = tinyConfig(vocabulary);
    torch::manual_seed(3);
    return {c, [c](const std::string& name, const std::vector<std::int64_t>& shape) {
                if (name.find("norm") != std::string::npos)
                    return torch::ones(shape);
                // A large vocabulary needs large logits before any word can be likely.
                const bool needsLarge = name.find("embed") != std::string::npos && c.vocabulary > 1000;
                return torch::randn(shape) * 0.2 * (needsLarge ? 5.0 : 1.0);
            }};
}

// The same with a LoRA that changes its output.
inline nn::LanguageModel tinyModelWithLora()
{
    auto model = tinyModel();
    const auto c = tinyConfig();
    model.attach(std::make_shared<nn::Lora>(c, nn::LoraOptions{4, 8.0, "query_value"}, 1));
    const torch::NoGradGuard guard;
    for (auto& p : model.lora()->parameters())
        p.add_(torch::randn_like(p) * 0.1);
    return model;
}

// |g.d - (f(x + h d) - f(x - h d)) / 2h| relative to |g.d| for a random direction d.
inline double gradientError(torch::Tensor x, const std::function<torch::Tensor()>& f, double h)
{
    auto value = f();
    x.mutable_grad() = torch::Tensor();
    value.backward();
    const auto gradient = x.grad().clone();
    torch::NoGradGuard guard;
    const auto d = torch::sign(gradient) + 0.1 * torch::randn_like(x); // mostly along the gradient: far above rounding
    const auto kept = x.clone();
    x.copy_(kept + h * d);
    const double above = f().item<double>();
    x.copy_(kept - h * d);
    const double below = f().item<double>();
    x.copy_(kept);
    const double expected = (gradient * d).sum().item<double>();
    return std::abs((above - below) / (2.0 * h) - expected) / std::abs(expected);
}

} // namespace binaurium::test
