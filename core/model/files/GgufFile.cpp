// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/files/GgufFile.h"

#include "core/model/files/ByteReader.h"

#include <algorithm>
#include <bit>

namespace binaurium {
namespace {

constexpr std::uint32_t magic = 0x46554747; // "GGUF"
constexpr std::uint64_t keyLimit = 65'535;
constexpr std::uint64_t stringLimit = 64ULL << 20;
constexpr std::uint32_t dimensionLimit = 4;
constexpr std::uint64_t defaultAlignment = 32;
constexpr std::uint64_t alignmentLimit = 1ULL << 20;

enum ValueType : std::uint32_t { U8, I8, U16, I16, U32, I32, F32Value, Bool, String, Array, U64, I64, F64 };

struct TypeLayout
{
    std::uint64_t blockElements;
    std::uint64_t blockBytes;
};

TypeLayout layoutOf(std::uint32_t type, ByteReader& reader)
{
    switch (static_cast<GgufType>(type)) {
    case GgufType::F32:
        return {1, 4};
    case GgufType::F16:
    case GgufType::BF16:
        return {1, 2};
    case GgufType::Q4_0:
        return {32, 18};
    case GgufType::Q4_1:
        return {32, 20};
    case GgufType::Q8_0:
        return {32, 34};
    }
    reader.fail("tensor type " + std::to_string(type) + " is not supported (F32, F16, BF16, Q4_0, Q4_1, Q8_0 are)");
}

std::uint64_t minimumSize(std::uint32_t type, ByteReader& reader)
{
    switch (type) {
    case U8:
    case I8:
    case Bool:
        return 1;
    case U16:
    case I16:
        return 2;
    case U32:
    case I32:
    case F32Value:
        return 4;
    case U64:
    case I64:
    case F64:
    case String:
        return 8;
    default:
        break;
    }
    reader.fail("value type " + std::to_string(type) + " is unknown or nested");
}

GgufValue readScalar(ByteReader& reader, std::uint32_t type)
{
    switch (type) {
    case U8:
        return std::uint64_t{reader.read<std::uint8_t>("a value")};
    case I8:
        return std::int64_t{reader.read<std::int8_t>("a value")};
    case U16:
        return std::uint64_t{reader.read<std::uint16_t>("a value")};
    case I16:
        return std::int64_t{reader.read<std::int16_t>("a value")};
    case U32:
        return std::uint64_t{reader.read<std::uint32_t>("a value")};
    case I32:
        return std::int64_t{reader.read<std::int32_t>("a value")};
    case F32Value:
        return double{reader.read<float>("a value")};
    case Bool:
        return reader.read<std::uint8_t>("a value") != 0;
    case U64:
        return reader.read<std::uint64_t>("a value");
    case I64:
        return reader.read<std::int64_t>("a value");
    case F64:
        return reader.read<double>("a value");
    case String:
        return reader.text(reader.read<std::uint64_t>("a string's length"), stringLimit, "a string");
    default:
        break;
    }
    reader.fail("value type " + std::to_string(type) + " is unknown");
}

GgufValue readArray(ByteReader& reader)
{
    const auto type = reader.read<std::uint32_t>("an array's type");
    const auto count = reader.read<std::uint64_t>("an array's length");
    if (count > reader.left() / minimumSize(type, reader))
        reader.fail("an array claims " + std::to_string(count) + " values, more than the file has bytes for");
    if (type == String) {
        std::vector<std::string> strings;
        for (std::uint64_t i = 0; i < count; ++i)
            strings.push_back(std::get<std::string>(readScalar(reader, type)));
        return strings;
    }
    std::vector<double> numbers;
    for (std::uint64_t i = 0; i < count; ++i)
        numbers.push_back(std::visit(
            [](const auto& v) -> double {
                if constexpr (std::is_arithmetic_v<std::decay_t<decltype(v)>>)
                    return static_cast<double>(v);
                else
                    return 0.0;
            },
            readScalar(reader, type)));
    return numbers;
}

} // namespace

std::int64_t GgufTensor::elements() const noexcept
{
    std::int64_t count = 1;
    for (const auto n : shape)
        count *= n;
    return count;
}

GgufFile::GgufFile(const std::filesystem::path& path) : name_(path.string()), file_(path)
{
    ByteReader reader(file_.bytes(), name_);
    if (reader.read<std::uint32_t>("the magic number") != magic)
        reader.fail("is not a GGUF file");
    const auto version = reader.read<std::uint32_t>("the version");
    if (version < 2 || version > 3)
        reader.fail("has GGUF version " + std::to_string(version) + ", this program reads versions 2 and 3");
    const auto tensorCount = reader.read<std::uint64_t>("the number of tensors");
    const auto valueCount = reader.read<std::uint64_t>("the number of values");
    // The shortest entries possible: a key of one byte with a one-byte value, a tensor with a name of one byte.
    if (valueCount > reader.left() / 14 || tensorCount > reader.left() / 33)
        reader.fail("claims " + std::to_string(valueCount) + " values and " + std::to_string(tensorCount) +
                    " tensors, more than fit");
    readValues(reader, valueCount);
    readTensors(reader, tensorCount);
    checkOverlap();
}

void GgufFile::readValues(ByteReader& reader, std::uint64_t count)
{
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto key = reader.text(reader.read<std::uint64_t>("a key's length"), keyLimit, "a key");
        const auto type = reader.read<std::uint32_t>("a value's type");
        if (key.empty() || !values_.emplace(key, type == Array ? readArray(reader) : readScalar(reader, type)).second)
            reader.fail("key '" + key + "' is empty or stands twice");
    }
}

void GgufFile::readTensors(ByteReader& reader, std::uint64_t count)
{
    std::uint64_t alignment = defaultAlignment;
    if (has("general.alignment"))
        alignment =
            static_cast<std::uint64_t>(integer("general.alignment", 1, static_cast<std::int64_t>(alignmentLimit)));
    if (!std::has_single_bit(alignment))
        reader.fail("general.alignment is " + std::to_string(alignment) + ", not a power of two");

    struct Info
    {
        GgufTensor tensor;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::string name;
    };
    std::vector<Info> infos;
    for (std::uint64_t i = 0; i < count; ++i) {
        Info info;
        info.name = reader.text(reader.read<std::uint64_t>("a tensor name's length"), keyLimit, "a tensor's name");
        const auto dimensions = reader.read<std::uint32_t>("a tensor's dimensions");
        if (dimensions < 1 || dimensions > dimensionLimit)
            reader.fail("tensor '" + info.name + "' has " + std::to_string(dimensions) +
                        " dimensions, must have 1 to 4");
        std::uint64_t elements = 1;
        for (std::uint32_t d = 0; d < dimensions; ++d) {
            const auto n = reader.read<std::uint64_t>("a tensor's shape");
            if (n == 0 || n > static_cast<std::uint64_t>(INT64_MAX) || __builtin_mul_overflow(elements, n, &elements))
                reader.fail("tensor '" + info.name + "' has a size that no file can hold");
            info.tensor.shape.insert(info.tensor.shape.begin(), static_cast<std::int64_t>(n));
        }
        const auto type = reader.read<std::uint32_t>("a tensor's type");
        const auto layout = layoutOf(type, reader);
        info.tensor.type = static_cast<GgufType>(type);
        info.offset = reader.read<std::uint64_t>("a tensor's offset");
        if (static_cast<std::uint64_t>(info.tensor.shape.back()) % layout.blockElements != 0)
            reader.fail("tensor '" + info.name + "': its rows do not fill whole blocks of " +
                        std::to_string(layout.blockElements));
        if (__builtin_mul_overflow(elements / layout.blockElements, layout.blockBytes, &info.size))
            reader.fail("tensor '" + info.name + "' has a size that no file can hold");
        if (info.offset % alignment != 0)
            reader.fail("tensor '" + info.name + "' is not aligned to " + std::to_string(alignment) + " bytes");
        infos.push_back(std::move(info));
    }
    const std::uint64_t dataStart = (reader.position() + alignment - 1) / alignment * alignment;
    const std::uint64_t dataSize = file_.bytes().size() - std::min<std::uint64_t>(dataStart, file_.bytes().size());
    for (Info& info : infos) {
        if (info.offset > dataSize || info.size > dataSize - info.offset)
            reader.fail("tensor '" + info.name + "' ends behind the end of the file");
        info.tensor.bytes = file_.bytes().subspan(static_cast<std::size_t>(dataStart + info.offset),
                                                  static_cast<std::size_t>(info.size));
        if (!tensors_.emplace(info.name, std::move(info.tensor)).second)
            reader.fail("tensor '" + info.name + "' stands twice");
    }
}

void GgufFile::checkOverlap() const
{
    std::vector<const GgufTensor*> order;
    for (const auto& [ignored, tensor] : tensors_)
        order.push_back(&tensor);
    std::sort(order.begin(), order.end(),
              [](const auto* a, const auto* b) { return a->bytes.data() < b->bytes.data(); });
    for (std::size_t i = 1; i < order.size(); ++i)
        if (order[i - 1]->bytes.data() + order[i - 1]->bytes.size() > order[i]->bytes.data())
            throw badInput(name_, "two of its tensors overlap");
}

const GgufTensor& GgufFile::tensor(const std::string& name) const
{
    const auto found = tensors_.find(name);
    if (found == tensors_.end())
        throw badInput(name_, "has no tensor '" + name + "'");
    return found->second;
}

const GgufValue& GgufFile::value(const std::string& key) const
{
    const auto found = values_.find(key);
    if (found == values_.end())
        throw badInput(name_, "has no value '" + key + "'");
    return found->second;
}

std::int64_t GgufFile::integer(const std::string& key, std::int64_t low, std::int64_t high) const
{
    const GgufValue& v = value(key);
    std::int64_t result = low - 1;
    if (const auto* u = std::get_if<std::uint64_t>(&v))
        result = *u <= static_cast<std::uint64_t>(INT64_MAX) ? static_cast<std::int64_t>(*u) : low - 1;
    else if (const auto* s = std::get_if<std::int64_t>(&v))
        result = *s;
    if (result < low || result > high)
        throw badInput(name_, "'" + key + "' must be a whole number from " + std::to_string(low) + " to " +
                                  std::to_string(high));
    return result;
}

double GgufFile::number(const std::string& key) const
{
    if (const auto* v = std::get_if<double>(&value(key)))
        return *v;
    throw badInput(name_, "'" + key + "' must be a number");
}

std::string GgufFile::string(const std::string& key) const
{
    if (const auto* v = std::get_if<std::string>(&value(key)))
        return *v;
    throw badInput(name_, "'" + key + "' must be text");
}

const std::vector<std::string>& GgufFile::strings(const std::string& key) const
{
    if (const auto* v = std::get_if<std::vector<std::string>>(&value(key)))
        return *v;
    throw badInput(name_, "'" + key + "' must be a list of texts");
}

} // namespace binaurium
