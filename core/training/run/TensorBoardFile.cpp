// SPDX-License-Identifier: GPL-3.0-or-later
// Wire format: TFRecord (tensorflow/core/lib/io/record_writer) and the messages Event, Summary and SessionLog
// (tensorflow/core/util/event.proto, framework/summary.proto), of which only scalars are used.
#include "core/training/run/TensorBoardFile.h"

#include "core/support/Error.h"

#include <array>
#include <bit>
#include <chrono>
#include <unistd.h>

namespace binaurium {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");

template <typename T>
std::string bytesOf(T value)
{
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string varint(std::uint64_t value)
{
    std::string bytes;
    for (; value >= 0x80; value >>= 7)
        bytes += static_cast<char>(0x80 | (value & 0x7F));
    bytes += static_cast<char>(value);
    return bytes;
}

// Protocol buffers: key = field number and wire type.
std::string lengthDelimited(int field, const std::string& bytes)
{
    return varint(static_cast<std::uint64_t>(field) << 3 | 2) + varint(bytes.size()) + bytes;
}
std::string number(int field, std::uint64_t value)
{
    return varint(static_cast<std::uint64_t>(field) << 3) + varint(value);
}
std::string fixed(int field, double value)
{
    return varint(static_cast<std::uint64_t>(field) << 3 | 1) + bytesOf(value);
}
std::string fixed(int field, float value)
{
    return varint(static_cast<std::uint64_t>(field) << 3 | 5) + bytesOf(value);
}

std::string eventAt(std::int64_t step)
{
    const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    return fixed(1, now) + number(2, static_cast<std::uint64_t>(step));
}

void collect(const std::string& name, const Json& value, std::string& summary)
{
    if (value.is_object())
        for (const auto& [key, member] : value.items())
            collect(name + "/" + key, member, summary);
    else if (value.is_number())
        summary += lengthDelimited(1, lengthDelimited(1, name) + fixed(2, value.get<float>()));
}

std::uint32_t masked(std::uint32_t crc) noexcept
{
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

} // namespace

std::uint32_t crc32c(std::string_view data) noexcept
{
    static const auto table = [] {
        std::array<std::uint32_t, 256> t{};
        for (std::uint32_t i = 0; i < t.size(); ++i) {
            std::uint32_t c = i;
            for (int bit = 0; bit < 8; ++bit)
                c = (c & 1U) != 0 ? (c >> 1) ^ 0x82F63B78U : c >> 1;
            t[i] = c;
        }
        return t;
    }();
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char byte : data)
        crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(byte)) & 0xFFU];
    return ~crc;
}

TensorBoardFile::TensorBoardFile(const std::filesystem::path& folder, std::int64_t resumesAtStep)
{
    std::filesystem::create_directories(folder);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    std::filesystem::path path;
    for (int i = 0; path.empty() || std::filesystem::exists(path); ++i)
        path = folder / ("events.out.tfevents." + std::to_string(seconds) + ".binaurium." + std::to_string(::getpid()) +
                         "." + std::to_string(i));
    file_.open(path, std::ios::binary);
    if (!file_)
        throw badInput(path.string(), "cannot be written");
    writeRecord(eventAt(0) + lengthDelimited(3, "brain.Event:2"));
    if (resumesAtStep > 0)
        writeRecord(eventAt(resumesAtStep) + lengthDelimited(7, number(1, 1))); // SessionLog START
}

void TensorBoardFile::addScalars(const std::string& prefix, std::int64_t step, const Json& values)
{
    std::string summary;
    collect(prefix, values, summary);
    if (!summary.empty())
        writeRecord(eventAt(step) + lengthDelimited(5, summary));
}

void TensorBoardFile::writeRecord(const std::string& data)
{
    const auto length = bytesOf(static_cast<std::uint64_t>(data.size()));
    file_ << length << bytesOf(masked(crc32c(length))) << data << bytesOf(masked(crc32c(data)));
    file_.flush();
}

} // namespace binaurium
