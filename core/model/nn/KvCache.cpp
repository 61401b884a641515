// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/KvCache.h"

namespace binaurium::nn {

KvCache::KvCache(const LanguageModelConfig& config)
    : keys_(static_cast<std::size_t>(config.layers)), values_(static_cast<std::size_t>(config.layers))
{}

KvCache::KvCache(const LanguageModelConfig& config, std::int64_t capacity) : KvCache(config)
{
    capacity_ = capacity;
}

KvCache KvCache::branched(KvCache trunk, const torch::Tensor& source, std::int64_t capacity)
{
    auto whole = std::make_shared<KvCache>(std::move(trunk));
    KvCache cache = *whole;
    const auto prompts = whole->keys_.front().size(0);
    for (auto* held : {&cache.keys_, &cache.values_})
        held->assign(held->size(), {});
    cache.padding = torch::Tensor();
    cache.capacity_ = capacity;
    for (auto* held : {&whole->keys_, &whole->values_})
        for (auto& tensor : *held)
            tensor = tensor.narrow(2, 0, whole->length_);
    cache.trunk_ = {std::move(whole), Branches(source, prompts)};
    return cache;
}

KvCache KvCache::kept(const torch::Tensor& rows) const
{
    KvCache copy = *this;
    copy.trunk_.branches = Branches(trunk_.branches.source().index_select(0, rows), trunk_.branches.prompts());
    for (auto* held : {&copy.keys_, &copy.values_})
        for (auto& tensor : *held)
            if (tensor.defined())
                tensor = tensor.index_select(0, rows);
    return copy;
}

std::pair<torch::Tensor, torch::Tensor> KvCache::extend(std::size_t layer, const torch::Tensor& key,
                                                        const torch::Tensor& value)
{
    auto& keys = keys_[layer];
    auto& values = values_[layer];
    if (capacity_ == 0) {
        keys = keys.defined() ? torch::cat({keys, key}, 2) : key;
        values = values.defined() ? torch::cat({values, value}, 2) : value;
        return {keys, values};
    }
    const auto t = key.size(2), at = length_ - (isBranched() ? trunk_.cache->length_ : 0);
    if (!keys.defined())
        for (auto* room : {&keys, &values})
            *room = torch::empty({key.size(0), key.size(1), capacity_, key.size(3)}, key.options());
    keys.narrow(2, at, t).copy_(key);
    values.narrow(2, at, t).copy_(value);
    return {keys.narrow(2, 0, at + t), values.narrow(2, 0, at + t)};
}

torch::Tensor KvCache::attendBranches(std::size_t layer, const torch::Tensor& q, const torch::Tensor& k,
                                      const torch::Tensor& v) const
{
    const KvCache& trunk = *trunk_.cache;
    return trunk_.branches.attend(q, {trunk.keys_[layer], trunk.values_[layer], trunk.padding}, k, v);
}

} // namespace binaurium::nn
