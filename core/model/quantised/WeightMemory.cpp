// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/quantised/WeightMemory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <sys/mman.h>

namespace binaurium {
namespace {

constexpr std::size_t page = std::size_t{2} << 20;
constexpr std::size_t chunkBytes = 16 * page;
constexpr std::size_t line = 64;

std::size_t rounded(std::size_t bytes, std::size_t to)
{
    return (bytes + to - 1) / to * to;
}

} // namespace

std::shared_ptr<std::byte> WeightMemory::allocate(std::size_t bytes)
{
    bytes = rounded(std::max<std::size_t>(bytes, 1), line);
    if (chunk_ == nullptr || bytes > size_ - used_) {
        size_ = rounded(std::max(bytes, chunkBytes), page);
        used_ = 0;
        void* memory = std::aligned_alloc(page, size_);
        if (memory == nullptr)
            throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
        (void)::madvise(memory, size_, MADV_HUGEPAGE); // a wish; without it everything works, only slower
#endif
        chunk_ = std::shared_ptr<std::byte>(static_cast<std::byte*>(memory), [](std::byte* p) { std::free(p); });
    }
    std::byte* piece = chunk_.get() + used_;
    used_ += bytes;
    std::memset(piece, 0, bytes);
    return {chunk_, piece};
}

} // namespace binaurium
