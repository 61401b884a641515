// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/Prompt.h"

namespace binaurium::nn {

Prompt makePrompt(const BpeTokenizer& tokenizer, const std::string& text)
{
    Prompt prompt;
    const bool isQwenAudio = tokenizer.idOf("<|audio_bos|>") >= 0;
    if (isQwenAudio) {
        prompt.before = tokenizer.encodeWithSpecials("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
                                                     "<|im_start|>user\nAudio 1: <|audio_bos|>");
        prompt.after = tokenizer.encodeWithSpecials("<|audio_eos|>");
    } else {
        prompt.before = tokenizer.encodeWithSpecials("<|im_start|>user\n");
    }
    const auto question = tokenizer.encode("\n" + text);
    prompt.after.insert(prompt.after.end(), question.begin(), question.end());
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
