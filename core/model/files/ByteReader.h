// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Error.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>

namespace binaurium {

// Sequential little-endian reader over untrusted bytes: nothing is read past the end, no length is believed before it
// was compared with what is left. Errors name the file and the position.
class ByteReader
{
public:
    ByteReader(std::span<const std::byte> bytes, std::string file) : bytes_(bytes), file_(std::move(file)) {}

    [[nodiscard]] std::size_t position() const noexcept { return position_; }
    [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() - position_; }
    [[nodiscard]] const std::string& file() const noexcept { return file_; }

    template <typename T>
    [[nodiscard]] T read(const char* what)
    {
        static_assert(std::is_arithmetic_v<T>);
        need(sizeof(T), what);
        T value{};
        std::memcpy(&value, bytes_.data() + position_, sizeof(T));
        position_ += sizeof(T);
        return value;
    }

    [[nodiscard]] std::span<const std::byte> take(std::uint64_t count, const char* what)
    {
        need(count, what);
        const auto part = bytes_.subspan(position_, static_cast<std::size_t>(count));
        position_ += static_cast<std::size_t>(count);
        return part;
    }

    [[nodiscard]] std::string text(std::uint64_t length, std::uint64_t limit, const char* what)
    {
        if (length > limit)
            fail(std::string(what) + " has " + std::to_string(length) + " bytes, at most " + std::to_string(limit) +
                 " are allowed");
        const auto part = take(length, what);
        return {reinterpret_cast<const char*>(part.data()), part.size()};
    }

    [[noreturn]] void fail(const std::string& what) const
    {
        throw badInput(file_, what + " (at byte " + std::to_string(position_) + ")");
    }

private:
    void need(std::uint64_t count, const char* what) const
    {
        if (count > left())
            fail(std::string("ends within ") + what);
    }

    std::span<const std::byte> bytes_;
    std::string file_;
    std::size_t position_ = 0;
};

} // namespace binaurium
