// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/LanguageModel.h"

#include <functional>

namespace binaurium::nn {

struct GenerationOptions
{
    int maxTokens = 48;
    double temperature = 0.0; // 0: greedy
    double topP = 1.0;
    int topK = 0; // 0: all
    std::uint64_t seed = 1;
    std::uint64_t firstRow = 0; // of generateGroups: number of its first row among those of all processes
    std::vector<int> endTokens;
    // Attention over prompt positions [first, first + count) is recorded per token where count > 0.
    std::int64_t attendedFirst = 0;
    std::int64_t attendedCount = 0;
};

struct Generated
{
    std::vector<int> ids;         // without the end token
    std::vector<double> logProbs; // of each id under the model at temperature 1
    std::vector<float> attention; // [token][layer][head][attendedCount]
    bool ended = false;           // an end token was produced:
    int endToken = -1;            // this one
    bool stopped = false;         // the callback said stop
    double firstTokenS = 0.0;     // from the call to the first token
    double seconds = 0.0;         // the whole call
};

// Continues one prompt [1, T, hidden]. `onToken` sees every token as it is made; false stops.
[[nodiscard]] Generated generate(const LanguageModel& model, const torch::Tensor& prompt,
                                 const GenerationOptions& options, const std::function<bool(int)>& onToken = {});

// Sum of the log-probabilities of each continuation behind the prompt [1, T, hidden], which is read once.
[[nodiscard]] std::vector<double> scoreContinuations(const LanguageModel& model, const torch::Tensor& prompt,
                                                     const std::vector<std::vector<int>>& continuations);

} // namespace binaurium::nn
