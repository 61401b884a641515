// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace binaurium::nn {

// Shape of a decoder of the Llama family.
struct LanguageModelConfig
{
    std::int64_t layers = 0, hidden = 0, heads = 0, kvHeads = 0, headDim = 0, ffn = 0, vocabulary = 0, context = 0;
    double ropeTheta = 10000.0;
    double rmsEps = 1e-5;
    bool qkvBias = false;       // of the query, key and value projections (Qwen2)
    bool tied = true;           // the output layer is the embedding
    std::string path = "model"; // of the layers in the whole model, as adapters are named after it
};

} // namespace binaurium::nn
