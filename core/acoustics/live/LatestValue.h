// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <type_traits>

namespace binaurium {

// Hands plain values from one writing thread to one reading thread: the reader sees the newest one, whole. A triple
// buffer: each side owns a slot, the third changes hands by one atomic exchange, so both sides are wait-free. Values
// that are overwritten before they are read are lost; count events in a member instead of sending them as values.
template <typename T>
class LatestValue
{
    static_assert(std::is_trivially_copyable_v<T>);

public:
    explicit LatestValue(const T& initial = {}) : slots_{initial, initial, initial} {}

    // Writing thread.
    void write(const T& value) noexcept
    {
        slots_[writing_] = value;
        writing_ = middle_.exchange(writing_ | fresh, std::memory_order_acq_rel) & indexMask;
    }

    // Reading thread. False when nothing new came since the last call; `value` is then unchanged.
    bool read(T& value) noexcept
    {
        if ((middle_.load(std::memory_order_relaxed) & fresh) == 0)
            return false;
        reading_ = middle_.exchange(reading_, std::memory_order_acq_rel) & indexMask;
        value = slots_[reading_];
        return true;
    }

private:
    static constexpr unsigned indexMask = 3;
    static constexpr unsigned fresh = 4;

    std::array<T, 3> slots_;
    alignas(64) std::atomic<unsigned> middle_{1};
    alignas(64) unsigned writing_ = 0;
    alignas(64) unsigned reading_ = 2;
};

} // namespace binaurium
