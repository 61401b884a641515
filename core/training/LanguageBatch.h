// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/LanguageStage.h"

namespace binaurium {

// Sequences of one step, padded at the end: prompt with audio tokens, then the answer, whose tokens are the labels.
struct LanguageBatch
{
    torch::Tensor embeddings; // [B, T, hidden]
    torch::Tensor position;   // [labels] index into [B * T]: the state that predicts the label
    torch::Tensor label;      // [labels] token ids
};

// One question per drawn scene; a share of those with options is asked without them, so that free answers are learnt
// too.
[[nodiscard]] LanguageBatch makeLanguageBatch(const LanguageParts& parts, int batch, RandomStream& random);

} // namespace binaurium
