// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens per second of a LoRA step (rank 16, query and value, batch 8 x 96 tokens) and of sampling groups, as JSON.
// Usage: bench_training MODEL.gguf|random [THREADS] [DEVICE]. tests/peers/training runs it beside transformers and
// peft.
#include "core/model/nn/Continuations.h"
#include "core/training/MixedPrecision.h"
#include "core/training/Schedule.h"
#include "tests/bench/BenchModel.h"
#include "tests/bench/Median.h"

using namespace binaurium;
using bench::medianSeconds;

namespace {

constexpr std::int64_t rows = 8;
constexpr std::int64_t tokens = 96;
constexpr std::int64_t answerTokens = 8; // of a question with a short answer

double stepTokensPerS(const nn::LanguageModel& model, std::int64_t labels)
{
    AdamW optimiser({{model.lora()->parameters(), 1e-4, 0.0}});
    const auto ids = torch::randint(model.config().vocabulary, {rows, tokens});
    const double seconds = medianSeconds([&] {
        const auto states = model.forward(model.embed(ids)).slice(1, tokens - labels - 1, tokens - 1).flatten(0, 1);
        const auto label = ids.slice(1, tokens - labels).flatten().to(states.device());
        optimiser.zeroGrad();
        torch::nn::functional::cross_entropy(model.logits(states), label).backward();
        optimiser.step(1.0);
        (void)model.lora()->parameters().front().sum().item(); // waits for a GPU
    });
    return static_cast<double>(rows * tokens) / seconds;
}

double samplingTokensPerS(const nn::LanguageModel& model, std::int64_t prompts)
{
    std::vector<torch::Tensor> list;
    for (std::int64_t p = 0; p < prompts; ++p)
        list.push_back(model.embed(torch::randint(model.config().vocabulary, {tokens})));
    nn::GenerationOptions options;
    options.maxTokens = 32;
    options.temperature = 1.0;
    const auto batch = nn::promptBatch(list);
    const double seconds = medianSeconds([&] { (void)nn::generateGroups(model, batch, rows, options); });
    return static_cast<double>(prompts * rows * options.maxTokens) / seconds;
}

} // namespace

int main(int argc, char** argv)
{
    const auto arguments = bench::modelArguments(argc, argv);
    if (!arguments)
        return 2;
    auto model = bench::modelOf(*arguments);
    const auto& c = model.config();
    model.attach(std::make_shared<nn::Lora>(c, nn::LoraOptions{16, 32.0, "query_value"}, 1));
    model.moveTo(arguments->device);
    Json result;
    for (const char* type : {"float32", "bfloat16"}) {
        if (std::string(type) == "bfloat16")
            model.useBfloat16();
        result[type] = {{"step_all_labels", stepTokensPerS(model, tokens - 1)},
                        {"step_answer_labels", stepTokensPerS(model, answerTokens)},
                        {"sampling_1_prompt", samplingTokensPerS(model, 1)},
                        {"sampling_8_prompts", samplingTokensPerS(model, 8)}};
    }
    std::cout << result.dump() << '\n';
    return 0;
}
