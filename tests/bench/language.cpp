// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens per second of reading a prompt and of answering, as JSON, and how far the fast paths are from float32.
// Usage: bench_language MODEL.gguf [THREADS]. tests/peers/language runs it beside llama.cpp and transformers.
#include "core/model/nn/Generation.h"
#include "core/model/nn/Precision.h"
#include "core/support/Json.h"
#include "core/support/Parallel.h"
#include "tests/bench/Median.h"

#include <ATen/Parallel.h>
#include <iostream>

using namespace binaurium;
using bench::medianSeconds;

namespace {

constexpr std::int64_t promptTokens = 256;
constexpr int answerTokens = 64;

Json speeds(const nn::LanguageModel& model)
{
    const torch::NoGradGuard guard;
    torch::manual_seed(1);
    const auto prompt = model.embed(torch::randint(model.config().vocabulary, {1, promptTokens}));
    const double reading = medianSeconds([&] {
        nn::KvCache cache(model.config(), promptTokens);
        (void)model.logits(model.forward(prompt, &cache).select(1, -1));
    });
    nn::GenerationOptions options;
    options.maxTokens = answerTokens;
    const double whole = medianSeconds([&] { (void)nn::generate(model, prompt.slice(1, 0, 16), options); });
    options.maxTokens = 1;
    const double first = medianSeconds([&] { (void)nn::generate(model, prompt.slice(1, 0, 16), options); });
    return {{"prefill_tokens_per_s", promptTokens / reading},
            {"decode_tokens_per_s", (answerTokens - 1) / (whole - first)}};
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::cerr << "usage: bench_language MODEL.gguf [THREADS]\n";
        return 2;
    }
    at::set_num_threads(argc > 2 ? std::atoi(argv[2]) : processorCount());
    at::globalContext().setFlushDenormal(true);
    const GgufFile file(argv[1]);
    nn::LanguageModel model(file);
    Json result;
    result["float32"] = speeds(model);
    if (nn::hasFastBfloat16())
        model.useBfloat16();
    if (model.useQuantised(file))
        result["auto"] = speeds(model);
    std::cout << result.dump() << '\n';
    return 0;
}
