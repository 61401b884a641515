// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/MappedFile.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace binaurium {

// One variable of a CTranslate2 model; `type` 0 float, 1 int8, 2 int16, 3 int32, 4 half, 5 bfloat16.
struct CTranslate2Variable
{
    int type = 0;
    std::vector<std::int64_t> shape; // empty: a scalar
    std::span<const std::byte> bytes;
    [[nodiscard]] std::int64_t elements() const noexcept;
};

// Reader of CTranslate2 model.bin files, binary versions 4 to 6, for untrusted bytes.
class CTranslate2File
{
public:
    // Throws Missing or BadInput.
    explicit CTranslate2File(const std::filesystem::path& path);

    [[nodiscard]] const std::string& specification() const noexcept { return specification_; } // "WhisperSpec"
    [[nodiscard]] bool has(const std::string& name) const { return variables_.contains(name); }
    [[nodiscard]] const CTranslate2Variable&
    variable(const std::string& name) const; // aliases resolved; throws BadInput
    // Values as float, of shape `shape` (checked); int8 weights are divided by their "NAME_scale" per row.
    [[nodiscard]] std::vector<float> floats(const std::string& name, const std::vector<std::int64_t>& shape) const;
    // A whole number stored as a scalar.
    [[nodiscard]] std::int64_t integer(const std::string& name, std::int64_t low, std::int64_t high) const;
    [[nodiscard]] std::size_t variableCount() const noexcept { return variables_.size(); }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    std::string name_;
    MappedFile file_;
    std::string specification_;
    std::map<std::string, CTranslate2Variable> variables_;
};

} // namespace binaurium
