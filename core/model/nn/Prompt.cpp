// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/Prompt.h"

namespace binaurium::nn {

Prompt makePrompt(const BpeTokenizer& tokenizer, const std::string& text)
{
    Prompt prompt;
    prompt.before = tokenizer.encodeWithSpecials("<|im_start|>user\n");
    prompt.after = tokenizer.encode("\n" + text);
    const auto end = tokenizer.encodeWithSpecials("<|im_end|>\n<|im_start|>assistant\n");
    prompt.after.insert(prompt.after.end(), end.begin(), end.end());
    return prompt;
}

torch::Tensor promptEmbeddings(const LanguageModel& model, const Prompt& prompt, const torch::Tensor& audio)
{
    std::vector<torch::Tensor> parts{model.embed(prompt.before)};
    if (audio.defined())
        parts.push_back(audio.unsqueeze(0));
    parts.push_back(model.embed(prompt.after));
    return torch::cat(parts, 1);
}

std::vector<int> endTokens(const BpeTokenizer& tokenizer)
{
    std::vector<int> ids;
    for (const char* token : {"<|im_end|>", "<|endoftext|>"})
        if (const int id = tokenizer.idOf(token); id >= 0)
            ids.push_back(id);
    return ids;
}

std::vector<int> answerTokens(const BpeTokenizer& tokenizer, const std::string& answer)
{
    auto ids = tokenizer.encode(answer);
    ids.push_back(endTokens(tokenizer).front());
    return ids;
}

} // namespace binaurium::nn
