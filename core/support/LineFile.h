// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace binaurium {

// A text file of others, read line by line in bounded memory. A line holds at most 1 MiB; blank ones are passed over.
class LineFile
{
public:
    // Throws Missing when there is no such file.
    explicit LineFile(std::filesystem::path path);

    // Goes to the next line; false at the end. Throws BadInput with file and line where it is too long or cannot be
    // read.
    [[nodiscard]] bool next();
    // Without its end; valid until the next call of next().
    [[nodiscard]] std::string_view line() const noexcept { return line_; }
    [[nodiscard]] std::string place() const; // "FILE: line 7", for messages

private:
    std::filesystem::path path_;
    std::ifstream stream_;
    std::vector<char> buffer_;
    std::string_view line_;
    std::int64_t number_ = 0;
};

} // namespace binaurium
