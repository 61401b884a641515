// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/exchange/TarWriter.h"

#include "core/support/Error.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <utility>

namespace binaurium {
namespace {

constexpr std::size_t blockSize = 512;
constexpr std::size_t longestName = 100;

void pad(std::string& archive)
{
    archive.resize((archive.size() + blockSize - 1) / blockSize * blockSize, '\0');
}

// Octal digits with a closing zero byte, as ustar wants them.
void writeOctal(char* field, std::size_t width, unsigned long long value)
{
    for (std::size_t i = width - 1; i-- > 0; value >>= 3U)
        field[i] = static_cast<char>('0' + (value & 7U));
    field[width - 1] = '\0';
}

} // namespace

void TarWriter::add(const std::string& name, std::string_view bytes)
{
    if (name.empty() || name.size() > longestName || name.front() == '/' || name.find("..") != std::string::npos)
        throw badInput("tar archive", "'" + name + "' is no name for a member");
    std::array<char, blockSize> header{};
    std::memcpy(header.data(), name.data(), name.size());
    writeOctal(&header[100], 8, 0644);
    writeOctal(&header[108], 8, 0);
    writeOctal(&header[116], 8, 0);
    writeOctal(&header[124], 12, bytes.size());
    writeOctal(&header[136], 12, 0);
    std::memset(&header[148], ' ', 8); // the checksum counts as blanks
    header[156] = '0';                 // a plain file
    std::memcpy(&header[257], "ustar\00000", 8);
    const auto sum = std::accumulate(header.begin(), header.end(), 0U,
                                     [](unsigned total, char c) { return total + static_cast<unsigned char>(c); });
    writeOctal(&header[148], 7, sum);
    archive_.append(header.data(), header.size());
    archive_.append(bytes);
    pad(archive_);
}

std::string TarWriter::finish()
{
    archive_.append(2 * blockSize, '\0');
    return std::exchange(archive_, {});
}

} // namespace binaurium
