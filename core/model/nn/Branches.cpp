// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/Branches.h"

#include <algorithm>
#include <cmath>

namespace binaurium::nn {

Branches::Branches(const torch::Tensor& source, std::int64_t prompts) : prompts_(prompts), source_(source)
{
    const auto here = source.cpu().contiguous();
    const std::vector<std::int64_t> list(here.data_ptr<std::int64_t>(), here.data_ptr<std::int64_t>() + here.numel());
    std::vector<std::int64_t> count(static_cast<std::size_t>(prompts), 0), within;
    for (const auto prompt : list)
        within.push_back(count[static_cast<std::size_t>(prompt)]++);
    most_ = *std::ranges::max_element(count);
    std::vector<std::int64_t> rowOf(static_cast<std::size_t>(prompts * most_), 0), placeOf;
    for (std::size_t row = 0; row < list.size(); ++row) {
        placeOf.push_back(list[row] * most_ + within[row]);
        rowOf[static_cast<std::size_t>(placeOf.back())] = static_cast<std::int64_t>(row);
    }
    rowOf_ = torch::tensor(rowOf).to(source.device());
    placeOf_ = torch::tensor(placeOf).to(source.device());
}

torch::Tensor Branches::folded(const torch::Tensor& x, std::int64_t kvHeads) const
{
    const auto last = x.size(3), perHead = x.size(1) / kvHeads * x.size(2);
    return x.reshape({x.size(0), kvHeads, perHead, last})
        .index_select(0, rowOf_)
        .view({prompts_, most_, kvHeads, perHead, last})
        .transpose(1, 2)
        .reshape({prompts_, kvHeads, most_ * perHead, last});
}

torch::Tensor Branches::unfolded(const torch::Tensor& x, std::int64_t heads, std::int64_t t) const
{
    const auto kvHeads = x.size(1), last = x.size(3);
    return x.view({prompts_, kvHeads, most_, heads / kvHeads * t, last})
        .transpose(1, 2)
        .reshape({prompts_ * most_, heads, t, last})
        .index_select(0, placeOf_);
}

torch::Tensor Branches::attend(const torch::Tensor& q, const Trunk& trunk, const torch::Tensor& keys,
                               const torch::Tensor& values) const
{
    const auto rows = q.size(0), heads = q.size(1), t = q.size(2), d = q.size(3);
    const auto kvHeads = keys.size(1), own = keys.size(2), before = trunk.keys.size(2);
    const auto perHead = heads / kvHeads * t; // queries that read the same keys
    const auto scaled = q / std::sqrt(static_cast<double>(d));
    auto onPrompt = unfolded(torch::matmul(folded(scaled, kvHeads), trunk.keys.transpose(2, 3)), heads, t);
    if (trunk.padding.defined()) {
        const auto isEmpty = torch::arange(before, trunk.padding.options()).unsqueeze(0) <
                             trunk.padding.index_select(0, source_).unsqueeze(1); // [rows, before]
        onPrompt = onPrompt.masked_fill(isEmpty.view({rows, 1, 1, before}), -INFINITY);
    }
    auto onOwn =
        torch::matmul(scaled.reshape({rows, kvHeads, perHead, d}), keys.transpose(2, 3)).view({rows, heads, t, own});
    if (t > 1) { // the last query sees all, the one before it all but one, ...
        const auto isLater = torch::ones({t, own}, q.options().dtype(torch::kBool)).triu(own - t + 1);
        onOwn = onOwn.masked_fill(isLater, -INFINITY);
    }
    const auto weights = torch::softmax(torch::cat({onPrompt, onOwn}, 3), 3);
    const auto fromPrompt =
        unfolded(torch::matmul(folded(weights.narrow(3, 0, before), kvHeads), trunk.values), heads, t);
    const auto fromOwn = torch::matmul(weights.narrow(3, before, own).reshape({rows, kvHeads, perHead, own}), values);
    return fromPrompt + fromOwn.view({rows, heads, t, d});
}

} // namespace binaurium::nn
