// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/BpeTokenizer.h"
#include "core/model/nn/LanguageModel.h"

#include <string>

namespace binaurium::nn {

// The chat turn around audio tokens and a question (ChatML): user: AUDIO, newline, text; then the assistant's start.
// The same in training and in use. User text never becomes a special token.
struct Prompt
{
    std::vector<int> before; // up to the audio tokens
    std::vector<int> after;  // from the audio tokens to where the answer starts
};
[[nodiscard]] Prompt makePrompt(const BpeTokenizer& tokenizer, const std::string& text);

// [1, T, hidden]; `audio` [N, hidden], may be undefined for a question without audio.
[[nodiscard]] torch::Tensor promptEmbeddings(const LanguageModel& model, const Prompt& prompt,
                                             const torch::Tensor& audio);

// Tokens that end an answer.
[[nodiscard]] std::vector<int> endTokens(const BpeTokenizer& tokenizer);

// An answer as the model would say it, with the end of the turn.
[[nodiscard]] std::vector<int> answerTokens(const BpeTokenizer& tokenizer, const std::string& answer);

} // namespace binaurium::nn
