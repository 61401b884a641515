// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/LocalText.h"

#include "core/model/nn/Generation.h"
#include "core/model/nn/Prompt.h"

#include <memory>

namespace binaurium {
namespace {

constexpr double likelyShare = 0.95; // of the probability that is drawn from

// A first line that ends like a sentence: what follows is not wanted.
bool isWhole(const std::string& text)
{
    constexpr std::size_t leadIn = 8; // "Sure!" is no sentence
    const auto end = text.find_last_not_of(" \n\"");
    return end != std::string::npos && end >= leadIn && (text[end] == '?' || text[end] == '.');
}

struct LocalTextModel
{
    explicit LocalTextModel(const std::filesystem::path& path) : file(path), tokenizer(file), model(file)
    {
        (void)model.useQuantised(file); // mostly a token at a time
    }
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
        std::vector<int> ids;
        const auto goesOn = [&](int id) {
            ids.push_back(id);
            return !isWhole(loaded->tokenizer.decode(ids));
        };
        (void)nn::generate(loaded->model, nn::promptEmbeddings(loaded->model, prompt, {}), seeded, goesOn);
        return loaded->tokenizer.decode(ids);
    };
}

} // namespace binaurium
