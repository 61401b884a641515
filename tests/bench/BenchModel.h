// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/Device.h"
#include "core/model/nn/LanguageModel.h"

#include <ATen/Parallel.h>
#include <iostream>
#include <optional>

namespace binaurium::bench {

// MODEL.gguf|random [THREADS] [DEVICE]: what the programs that measure language models take.
struct ModelArguments
{
    std::optional<GgufFile> file; // none: random weights of the same shape
    torch::Device device = torch::kCPU;
};

inline std::optional<ModelArguments> modelArguments(int argc, char** argv)
{
    if (argc < 2) {
        std::cerr << "usage: " << argv[0] << " MODEL.gguf|random [THREADS] [DEVICE]\n"
                  << "random: weights in the shape of SmolLM2-135M, for computers without the file\n";
        return std::nullopt;
    }
    ModelArguments arguments;
    if (std::string(argv[1]) != "random")
        arguments.file.emplace(argv[1]);
    if (argc > 2)
        at::set_num_threads(std::atoi(argv[2]));
    arguments.device = nn::deviceOf(argc > 3 ? argv[3] : "cpu");
    at::globalContext().setFlushDenormal(true);
    return arguments;
}

inline nn::LanguageModel modelOf(const ModelArguments& arguments)
{
    if (arguments.file)
        return nn::LanguageModel(*arguments.file);
    nn::LanguageModelConfig c;
    c.layers = 30;
    c.hidden = 576;
    c.heads = 9;
    c.kvHeads = 3;
    c.headDim = 64;
    c.ffn = 1536;
    c.vocabulary = 49152;
    c.context = 2048;
    torch::manual_seed(1);
    return {c, [](const std::string&, const std::vector<std::int64_t>& shape) { return torch::randn(shape) * 0.04; }};
}

} // namespace binaurium::bench
