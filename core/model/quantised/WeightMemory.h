// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>

namespace binaurium {

// Memory for weights that are read from end to end for every token, handed out piece by piece from large chunks in
// pages of 2 MiB: with pages of 4 KiB the processor's prefetcher stops 500 times as often. Not thread-safe.
class WeightMemory
{
public:
    // Zeroed bytes aligned to a cache line; they live as long as the pointer or a copy of it.
    [[nodiscard]] std::shared_ptr<std::byte> allocate(std::size_t bytes);

private:
    std::shared_ptr<std::byte> chunk_;
    std::size_t size_ = 0, used_ = 0;
};

} // namespace binaurium
