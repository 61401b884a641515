// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens per second of reading a prompt and of answering, as JSON, and how far the fast paths are from float32.
// Usage: bench_language MODEL.gguf|random [THREADS] [DEVICE]. tests/peers/language runs it beside llama.cpp and
// transformers.
#include "core/model/nn/Generation.h"
#include "core/model/nn/Precision.h"
#include "core/support/Json.h"
#include "tests/bench/BenchModel.h"
#include "tests/bench/Median.h"

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
        (void)model.logits(model.forward(prompt, &cache).select(1, -1)).argmax().item(); // waits for a GPU
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
    const auto arguments = bench::modelArguments(argc, argv);
    if (!arguments)
        return 2;
    auto model = bench::modelOf(*arguments);
    model.moveTo(arguments->device);
    Json result;
    result["float32"] = speeds(model);
    const bool isFast = nn::hasFastBfloat16(arguments->device);
    if (isFast)
        model.useBfloat16();
    const bool isQuantised = arguments->device.is_cpu() && arguments->file && model.useQuantised(*arguments->file);
    if (isFast || isQuantised)
        result["auto"] = speeds(model);
    std::cout << result.dump() << '\n';
    return 0;
}
