// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/files/SafetensorsFile.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Json.h"

#include <algorithm>
#include <cstring>
#include <fstream>

namespace binaurium {
namespace {

constexpr std::uint64_t headerLimit = 100'000'000;
constexpr std::size_t mostDimensions = 8;
constexpr std::size_t lengthBytes = 8;

} // namespace

std::size_t elementSize(const std::string& dtype) noexcept
{
    if (dtype == "F32" || dtype == "I32")
        return 4;
    if (dtype == "F16" || dtype == "BF16")
        return 2;
    if (dtype == "I64")
        return 8;
    return dtype == "U8" || dtype == "BOOL" ? 1 : 0;
}

std::int64_t TensorView::elements() const noexcept
{
    std::int64_t count = 1;
    for (const auto n : shape)
        count *= n;
    return count;
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : name_(path.string()), file_(path)
{
    readHeader();
}

void SafetensorsFile::readHeader()
{
    const auto bytes = file_.bytes();
    std::uint64_t length = 0;
    if (bytes.size() < lengthBytes + 2)
        throw badInput(name_, "is too short for a safetensors file");
    std::memcpy(&length, bytes.data(), lengthBytes);
    if (length > headerLimit || length > bytes.size() - lengthBytes)
        throw badInput(name_, "its header claims " + std::to_string(length) + " bytes, the file has " +
                                  std::to_string(bytes.size()));
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + lengthBytes,
                                static_cast<std::size_t>(length));
    if (!text.starts_with('{'))
        throw badInput(name_, "its header does not start with '{'");
    const Json json = parseJson(text, name_);
    const JsonObject header(json, name_);
    const std::size_t dataStart = lengthBytes + static_cast<std::size_t>(length);
    const std::uint64_t dataSize = bytes.size() - dataStart;
    for (const auto& [key, value] : json.items()) {
        if (key == "__metadata__") {
            const auto object = header.object(key);
            for (const auto& [name, ignored] : value.items())
                metadata_[name] = object.string(name);
            continue;
        }
        const auto object = header.object(key);
        TensorView view;
        view.dtype = object.string("dtype");
        const std::size_t width = elementSize(view.dtype);
        if (width == 0)
            object.fail("dtype", "is '" + view.dtype + "', which is not supported");
        std::uint64_t size = width;
        const Json& shape = object.raw("shape");
        if (!shape.is_array() || shape.size() > mostDimensions)
            object.fail("shape", "must be a list of at most 8 sizes");
        for (const Json& n : shape) {
            if (!n.is_number_unsigned() || n.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX) ||
                __builtin_mul_overflow(size, n.get<std::uint64_t>(), &size))
                object.fail("shape", "holds a size that no file can have");
            view.shape.push_back(n.get<std::int64_t>());
        }
        const Json& offsets = object.raw("data_offsets");
        if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
            !offsets[1].is_number_unsigned())
            object.fail("data_offsets", "must be two positions");
        const auto begin = offsets[0].get<std::uint64_t>();
        const auto end = offsets[1].get<std::uint64_t>();
        if (begin > end || end > dataSize || end - begin != size)
            object.fail("data_offsets", "do not fit shape, type and file size");
        view.bytes = bytes.subspan(dataStart + static_cast<std::size_t>(begin), static_cast<std::size_t>(size));
        tensors_.emplace(key, std::move(view));
    }
    checkLayout(dataStart);
}

void SafetensorsFile::checkLayout(std::size_t dataStart) const
{
    std::vector<std::span<const std::byte>> parts;
    for (const auto& [ignored, view] : tensors_)
        if (!view.bytes.empty())
            parts.push_back(view.bytes);
    std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.data() < b.data(); });
    const std::byte* expected = file_.bytes().data() + dataStart;
    for (const auto& part : parts) {
        if (part.data() != expected)
            throw badInput(name_, "its tensors overlap or leave holes");
        expected += part.size();
    }
    if (expected != file_.bytes().data() + file_.bytes().size())
        throw badInput(name_, "has bytes that belong to no tensor");
}

const TensorView& SafetensorsFile::tensor(const std::string& name) const
{
    const auto found = tensors_.find(name);
    if (found == tensors_.end())
        throw badInput(name_, "has no tensor '" + name + "'");
    return found->second;
}

void writeSafetensors(const std::filesystem::path& path, const std::vector<TensorToWrite>& tensors,
                      const std::map<std::string, std::string>& metadata)
{
    Json header = Json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t offset = 0;
    for (const auto& tensor : tensors) {
        const std::uint64_t end = offset + tensor.bytes.size();
        header[tensor.name] = {{"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' '); // data aligned to 8 bytes
    replaceFileAtomically(path, [&](const std::filesystem::path& temporary) {
        std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
        const std::uint64_t length = text.size();
        out.write(reinterpret_cast<const char*>(&length), lengthBytes);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        for (const auto& tensor : tensors)
            out.write(reinterpret_cast<const char*>(tensor.bytes.data()),
                      static_cast<std::streamsize>(tensor.bytes.size()));
        out.close();
        if (!out)
            throw badInput(path.string(), "cannot be written (disk full?)");
    });
}

} // namespace binaurium
