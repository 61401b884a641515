// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace binaurium::nn {

// Rows that continue shared prompts: several completions of one question, or its options. Their attention reads the
// keys and values of a prompt where they are instead of once per row from a copy; gradients flow.
class Branches
{
public:
    Branches() = default;
    // Row i continues prompt source[i] ([rows], int64) of `prompts`.
    Branches(const torch::Tensor& source, std::int64_t prompts);
    [[nodiscard]] const torch::Tensor& source() const noexcept { return source_; }
    [[nodiscard]] std::int64_t prompts() const noexcept { return prompts_; }

    struct Trunk
    {
        torch::Tensor keys, values; // [prompts, kvHeads, positions, d]
        torch::Tensor padding;      // [prompts] positions at the start that hold nothing; undefined: none
    };
    // Queries [rows, heads, T, d], the last T of each row, over the row's prompt and what follows it (keys and values
    // [rows, kvHeads, own, d]) -> [rows, heads, T, d].
    [[nodiscard]] torch::Tensor attend(const torch::Tensor& q, const Trunk& trunk, const torch::Tensor& keys,
                                       const torch::Tensor& values) const;

private:
    // [rows, heads, T, n] -> [prompts, kvHeads, all queries of a prompt, n], and back.
    [[nodiscard]] torch::Tensor folded(const torch::Tensor& x, std::int64_t kvHeads) const;
    [[nodiscard]] torch::Tensor unfolded(const torch::Tensor& x, std::int64_t heads, std::int64_t t) const;

    std::int64_t prompts_ = 0;
    std::int64_t most_ = 0;         // rows of one prompt
    torch::Tensor source_;          // [rows]
    torch::Tensor rowOf_, placeOf_; // [prompts * most] row in each place (0 where none is), [rows] place of each row
};

} // namespace binaurium::nn
