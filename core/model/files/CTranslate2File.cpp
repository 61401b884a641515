// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/files/CTranslate2File.h"

#include "core/model/files/ByteReader.h"
#include "core/model/files/HalfFloat.h"

#include <array>

namespace binaurium {
namespace {

constexpr std::uint32_t oldestVersion = 4;
constexpr std::uint32_t newestVersion = 6;
constexpr std::array<std::uint64_t, 6> typeBytes{4, 1, 2, 4, 2, 2};

// u16 length including the terminating zero, bytes, zero.
std::string readName(ByteReader& reader)
{
    const auto length = reader.read<std::uint16_t>("a name's length");
    auto text = reader.text(length, 4096, "a name");
    if (text.empty() || text.back() != '\0')
        reader.fail("a name is not terminated");
    text.pop_back();
    return text;
}

CTranslate2Variable readVariable(ByteReader& reader, const std::string& name)
{
    CTranslate2Variable variable;
    const auto rank = reader.read<std::uint8_t>("a variable's rank");
    if (rank > 4)
        reader.fail("variable '" + name + "' has " + std::to_string(rank) + " dimensions, at most 4 are possible");
    std::uint64_t elements = 1;
    for (int d = 0; d < rank; ++d) {
        const auto n = reader.read<std::uint32_t>("a variable's shape");
        if (__builtin_mul_overflow(elements, std::uint64_t{n}, &elements))
            reader.fail("variable '" + name + "' has a size that no file can hold");
        variable.shape.push_back(n);
    }
    variable.type = reader.read<std::uint8_t>("a variable's type");
    if (variable.type >= static_cast<int>(typeBytes.size()))
        reader.fail("variable '" + name + "' has the unknown type " + std::to_string(variable.type));
    const auto size = reader.read<std::uint32_t>("a variable's size");
    std::uint64_t expected = 0;
    if (__builtin_mul_overflow(elements, typeBytes[static_cast<std::size_t>(variable.type)], &expected) ||
        expected != size)
        reader.fail("variable '" + name + "' has " + std::to_string(size) +
                    " bytes, which do not fit its shape and type");
    variable.bytes = reader.take(size, "a variable's data");
    return variable;
}

template <typename T>
T element(const CTranslate2Variable& v, std::size_t i)
{
    T value{};
    std::memcpy(&value, v.bytes.data() + i * sizeof(T), sizeof(T));
    return value;
}

float elementAsFloat(const CTranslate2Variable& v, std::size_t i)
{
    switch (v.type) {
    case 1:
        return element<std::int8_t>(v, i);
    case 2:
        return element<std::int16_t>(v, i);
    case 3:
        return static_cast<float>(element<std::int32_t>(v, i));
    case 4:
        return halfToFloat(element<std::uint16_t>(v, i));
    case 5:
        return bfloatToFloat(element<std::uint16_t>(v, i));
    default:
        return element<float>(v, i);
    }
}

} // namespace

std::int64_t CTranslate2Variable::elements() const noexcept
{
    std::int64_t count = 1;
    for (const auto n : shape)
        count *= n;
    return count;
}

CTranslate2File::CTranslate2File(const std::filesystem::path& path) : name_(path.string()), file_(path)
{
    ByteReader reader(file_.bytes(), name_);
    const auto version = reader.read<std::uint32_t>("the version");
    if (version < oldestVersion || version > newestVersion)
        reader.fail("has CTranslate2 version " + std::to_string(version) + ", this program reads versions 4 to 6");
    specification_ = readName(reader);
    (void)reader.read<std::uint32_t>("the revision");
    const auto count = reader.read<std::uint32_t>("the number of variables");
    if (count > reader.left() / 9)
        reader.fail("claims " + std::to_string(count) + " variables, more than fit");
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto name = readName(reader);
        if (!variables_.emplace(name, readVariable(reader, name)).second)
            reader.fail("variable '" + name + "' stands twice");
    }
    const auto aliases = reader.read<std::uint32_t>("the number of aliases");
    if (aliases > reader.left() / 6)
        reader.fail("claims " + std::to_string(aliases) + " aliases, more than fit");
    for (std::uint32_t i = 0; i < aliases; ++i) {
        const auto alias = readName(reader);
        const auto target = variables_.find(readName(reader));
        if (target == variables_.end() || !variables_.emplace(alias, target->second).second)
            reader.fail("alias '" + alias + "' stands twice or means nothing");
    }
}

const CTranslate2Variable& CTranslate2File::variable(const std::string& name) const
{
    const auto found = variables_.find(name);
    if (found == variables_.end())
        throw badInput(name_, "has no variable '" + name + "'");
    return found->second;
}

std::vector<float> CTranslate2File::floats(const std::string& name, const std::vector<std::int64_t>& shape) const
{
    const auto& v = variable(name);
    if (v.shape != shape)
        throw badInput(name_, "variable '" + name + "' has another shape than this model needs");
    std::vector<float> values(static_cast<std::size_t>(v.elements()));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = elementAsFloat(v, i);
    if (v.type == 1 && !values.empty()) {
        const auto rows = static_cast<std::size_t>(shape.front());
        const auto scale = floats(name + "_scale", {shape.front()});
        const std::size_t columns = values.size() / rows;
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] /= scale[i / columns];
    }
    return values;
}

std::int64_t CTranslate2File::integer(const std::string& name, std::int64_t low, std::int64_t high) const
{
    const auto& v = variable(name);
    if (v.elements() != 1)
        throw badInput(name_, "variable '" + name + "' is not a single number");
    const auto value = static_cast<std::int64_t>(elementAsFloat(v, 0));
    if (value < low || value > high)
        throw badInput(name_, "variable '" + name + "' is " + std::to_string(value) + ", must be " +
                                  std::to_string(low) + " to " + std::to_string(high));
    return value;
}

} // namespace binaurium
