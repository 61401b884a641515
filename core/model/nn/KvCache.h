// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/nn/Branches.h"
#include "core/model/nn/LanguageModelConfig.h"

#include <memory>
#include <torch/torch.h>

namespace binaurium::nn {

// Keys and values of what was read so far, [B, kvHeads, positions, headDim] per layer. One generation owns it.
class KvCache
{
public:
    // Grows by each pass, and gradients flow through it: to train on many continuations of one prompt.
    explicit KvCache(const LanguageModelConfig& config);
    // Room for `capacity` positions, made at the first pass and written in place: to generate.
    KvCache(const LanguageModelConfig& config, std::int64_t capacity);

    [[nodiscard]] std::int64_t length() const noexcept { return length_; }
    // Row i continues row source[i] of `trunk` ([rows], int64), which all rows read and none copies; not of a branched
    // cache. With a capacity above 0, what follows is written in place.
    [[nodiscard]] static KvCache branched(KvCache trunk, const torch::Tensor& source, std::int64_t capacity = 0);
    // These rows of a branched cache alone.
    [[nodiscard]] KvCache kept(const torch::Tensor& rows) const;
    // [B] positions at the start of each row that hold nothing, because shorter prompts are padded there; undefined:
    // none. Not of a branched cache: its trunk's counts.
    torch::Tensor padding;

private:
    friend class LanguageModel;
    struct Trunk
    {
        std::shared_ptr<const KvCache> cache;
        Branches branches;
    };
    // Appends keys and values of `layer`; gives all positions, of a branched cache those behind the trunk.
    std::pair<torch::Tensor, torch::Tensor> extend(std::size_t layer, const torch::Tensor& key,
                                                   const torch::Tensor& value);
    // Of a branched cache: attention of q [B, heads, T, d] over the trunk and what extend() gave.
    [[nodiscard]] torch::Tensor attendBranches(std::size_t layer, const torch::Tensor& q, const torch::Tensor& k,
                                               const torch::Tensor& v) const;
    [[nodiscard]] bool isBranched() const noexcept { return trunk_.cache != nullptr; }

    std::vector<torch::Tensor> keys_, values_;
    std::int64_t capacity_ = 0; // 0: grows
    std::int64_t length_ = 0;   // with the trunk
    Trunk trunk_;
};

} // namespace binaurium::nn
