// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/LanguageModel.h"

namespace binaurium::nn {

KvCache::KvCache(const LanguageModelConfig& config)
    : keys_(static_cast<std::size_t>(config.layers)), values_(static_cast<std::size_t>(config.layers))
{}

KvCache::KvCache(const LanguageModelConfig& config, std::int64_t capacity) : KvCache(config)
{
    capacity_ = capacity;
}

KvCache KvCache::selected(const torch::Tensor& source) const
{
    KvCache copy = *this;
    copy.capacity_ = 0;
    if (padding.defined())
        copy.padding = padding.index_select(0, source);
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        copy.keys_[i] = keys_[i].narrow(2, 0, length_).index_select(0, source);
        copy.values_[i] = values_[i].narrow(2, 0, length_).index_select(0, source);
    }
    return copy;
}

KvCache KvCache::selected(const torch::Tensor& source, std::int64_t capacity) const
{
    KvCache copy = selected(source);
    copy.capacity_ = capacity;
    const auto grow = [&](torch::Tensor& held) {
        auto room = torch::empty({held.size(0), held.size(1), capacity, held.size(3)}, held.options());
        room.narrow(2, 0, length_).copy_(held);
        held = room;
    };
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        grow(copy.keys_[i]);
        grow(copy.values_[i]);
    }
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
    const auto t = key.size(2);
    if (!keys.defined())
        for (auto* room : {&keys, &values})
            *room = torch::empty({key.size(0), key.size(1), capacity_, key.size(3)}, key.options());
    keys.narrow(2, length_, t).copy_(key);
    values.narrow(2, length_, t).copy_(value);
    return {keys.narrow(2, 0, length_ + t), values.narrow(2, 0, length_ + t)};
}

} // namespace binaurium::nn
