// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/LocalText.h"

#include "core/model/nn/Generation.h"
#include "core/model/nn/Prompt.h"

#include <memory>

namespace binaurium {
namespace {

constexpr double likelyShare = 0.95; // of the probability that is drawn from

struct LocalTextModel
{
    explicit LocalTextModel(const std::filesystem::path& path) : file(path), tokenizer(file), model(file) {}
    GgufFile file;
    BpeTokenizer tokenizer;
    nn::LanguageModel model;
};

} // namespace

std::function<std::string(const std::string&, std::uint64_t)> localText(const std::filesystem::path& gguf,
                                                                        int maxTokens, double temperature)
{
    const auto loaded = std::make_shared<LocalTextModel>(gguf);
    nn::GenerationOptions options;
    options.maxTokens = maxTokens;
    options.temperature = temperature;
    options.topP = likelyShare;
    options.endTokens = nn::endTokens(loaded->tokenizer);
    return [loaded, options](const std::string& instruction, std::uint64_t seed) {
        torch::NoGradGuard guard;
        auto seeded = options;
        seeded.seed = seed;
        const auto prompt = nn::makePrompt(loaded->tokenizer, instruction);
        const auto generated = nn::generate(loaded->model, nn::promptEmbeddings(loaded->model, prompt, {}), seeded);
        return loaded->tokenizer.decode(generated.ids);
    };
}

} // namespace binaurium
