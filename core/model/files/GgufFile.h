// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/MappedFile.h"

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace binaurium {

class ByteReader;

enum class GgufType : std::uint32_t { F32 = 0, F16 = 1, Q4_0 = 2, Q4_1 = 3, Q8_0 = 8, BF16 = 30 };

// One tensor: `shape` outermost first (GGUF stores the fastest dimension first), `bytes` still quantised.
struct GgufTensor
{
    GgufType type = GgufType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
    [[nodiscard]] std::int64_t elements() const noexcept;
};

using GgufValue =
    std::variant<bool, std::uint64_t, std::int64_t, double, std::string, std::vector<std::string>, std::vector<double>>;

// Reader of GGUF versions 2 and 3 for untrusted files: every count is compared with the bytes that are left before
// anything is allocated, sizes are multiplied with overflow checks, names and keys are unique, tensors lie aligned
// inside the file and do not overlap.
class GgufFile
{
public:
    // Throws Missing or BadInput with file, place and reason.
    explicit GgufFile(const std::filesystem::path& path);

    [[nodiscard]] const std::map<std::string, GgufTensor>& tensors() const noexcept { return tensors_; }
    [[nodiscard]] const GgufTensor& tensor(const std::string& name) const; // throws BadInput
    [[nodiscard]] bool hasTensor(const std::string& name) const { return tensors_.contains(name); }

    [[nodiscard]] bool has(const std::string& key) const { return values_.contains(key); }
    // Values by key; throw BadInput when missing or of another type.
    [[nodiscard]] std::int64_t integer(const std::string& key, std::int64_t low, std::int64_t high) const;
    [[nodiscard]] double number(const std::string& key) const;
    [[nodiscard]] std::string string(const std::string& key) const;
    [[nodiscard]] const std::vector<std::string>& strings(const std::string& key) const;
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    void readValues(ByteReader& reader, std::uint64_t count);
    void readTensors(ByteReader& reader, std::uint64_t count);
    void checkOverlap() const;
    const GgufValue& value(const std::string& key) const;

    std::string name_;
    MappedFile file_;
    std::map<std::string, GgufValue> values_;
    std::map<std::string, GgufTensor> tensors_;
};

// Values of a tensor as float; `out` must have elements() places.
void dequantise(const GgufTensor& tensor, std::span<float> out);

} // namespace binaurium
