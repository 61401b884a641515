// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/MappedFile.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace binaurium {

// One tensor of a safetensors file: a checked view, row-major, little-endian.
struct TensorView
{
    std::string dtype; // "F32", "F16", "BF16", "I64", "I32", "U8", "BOOL"
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
    [[nodiscard]] std::int64_t elements() const noexcept;
};

// Reader of the safetensors format under its full rules: header of at most 100 MB that starts with '{', no duplicate
// keys, known types, sizes that fit shape and type, data without holes or overlaps up to the end of the file.
class SafetensorsFile
{
public:
    // Throws Missing or BadInput with the tensor's name.
    explicit SafetensorsFile(const std::filesystem::path& path);

    [[nodiscard]] const std::map<std::string, TensorView>& tensors() const noexcept { return tensors_; }
    [[nodiscard]] const std::map<std::string, std::string>& metadata() const noexcept { return metadata_; }
    [[nodiscard]] bool has(const std::string& name) const { return tensors_.contains(name); }
    // Throws BadInput when the file has no such tensor.
    [[nodiscard]] const TensorView& tensor(const std::string& name) const;
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    void readHeader();
    void checkLayout(std::size_t dataStart) const;

    std::string name_;
    MappedFile file_;
    std::map<std::string, TensorView> tensors_;
    std::map<std::string, std::string> metadata_;
};

// What writeSafetensors() needs of a tensor; `bytes` must hold exactly shape x type.
struct TensorToWrite
{
    std::string name;
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

// Writes atomically, tensors in the given order.
void writeSafetensors(const std::filesystem::path& path, const std::vector<TensorToWrite>& tensors,
                      const std::map<std::string, std::string>& metadata);

// Bytes per element of a type name; 0 for an unknown one.
[[nodiscard]] std::size_t elementSize(const std::string& dtype) noexcept;

} // namespace binaurium
