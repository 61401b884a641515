// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Json.h"

#include <filesystem>
#include <fstream>
#include <string>

namespace binaurium {

// Scalars as an event file that TensorBoard opens: TFRecord frames (length, masked CRC-32C, data, masked CRC-32C) of
// Event messages. Used from one thread.
class TensorBoardFile
{
public:
    // Starts a new file in `folder`; several files of one folder are one run. `resumesAtStep` > 0 tells TensorBoard to
    // drop what earlier files say about later steps. Throws BadInput when it cannot be written.
    explicit TensorBoardFile(const std::filesystem::path& folder, std::int64_t resumesAtStep = 0);

    // Every number of `values` (nested objects: joined by '/') at `step`, under "prefix/name".
    void addScalars(const std::string& prefix, std::int64_t step, const Json& values);

private:
    void writeRecord(const std::string& data);
    std::ofstream file_;
};

// CRC-32C (Castagnoli), as TFRecord uses it.
[[nodiscard]] std::uint32_t crc32c(std::string_view data) noexcept;

} // namespace binaurium
