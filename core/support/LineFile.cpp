// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/LineFile.h"

#include "core/support/Error.h"

namespace binaurium {
namespace {

constexpr std::size_t longestLine = 1U << 20;

} // namespace

LineFile::LineFile(std::filesystem::path path)
    : path_(std::move(path)), stream_(path_, std::ios::binary), buffer_(longestLine + 2) // its end and a zero
{
    if (!stream_)
        throw missing("there is no file " + path_.string(), "check the name");
}

bool LineFile::next()
{
    while (true) {
        ++number_;
        stream_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
        const auto read = static_cast<std::size_t>(stream_.gcount());
        if (stream_.eof() && read == 0)
            return false;
        if (stream_.bad())
            throw badInput(place(), "cannot be read");
        if (stream_.fail())
            throw badInput(place(), "is longer than 1 MiB");
        line_ = {buffer_.data(), stream_.eof() ? read : read - 1};
        if (line_.ends_with('\r'))
            line_.remove_suffix(1);
        if (line_.find_first_not_of(" \t\r") != std::string_view::npos)
            return true;
    }
}

std::string LineFile::place() const
{
    return path_.string() + ": line " + std::to_string(number_);
}

} // namespace binaurium
