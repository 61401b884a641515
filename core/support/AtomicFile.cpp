// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/AtomicFile.h"

#include "core/support/Error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace binaurium {
namespace {

Error systemError(const std::filesystem::path& path, const std::string& what)
{
    return badInput(path.string(), what + " (" + std::strerror(errno) + ")");
}

void flushToDisk(const std::filesystem::path& path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        throw systemError(path, "cannot be opened to flush it");
    const bool flushed = ::fsync(file) == 0;
    ::close(file);
    if (!flushed)
        throw systemError(path, "cannot be flushed to disk");
}

// An empty file beside `path`, unique, with the permissions a new file gets.
std::filesystem::path createTemporary(const std::filesystem::path& path)
{
    const auto extension = path.extension().string(); // kept last: audio libraries choose the format by it
    std::string name = path.string() + ".tmp-XXXXXX" + extension;
    const int file = ::mkstemps(name.data(), static_cast<int>(extension.size()));
    if (file < 0)
        throw systemError(path, "cannot be written");
    const mode_t mask = ::umask(0);
    ::umask(mask);
    (void)::fchmod(file, 0666 & ~mask);
    ::close(file);
    return name;
}

} // namespace

void replaceFileAtomically(const std::filesystem::path& path,
                           const std::function<void(const std::filesystem::path&)>& write)
{
    const auto temporary = createTemporary(path);
    try {
        write(temporary);
        flushToDisk(temporary);
        if (::rename(temporary.c_str(), path.c_str()) != 0)
            throw systemError(path, "cannot be replaced");
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        throw;
    }
}

void writeFileAtomically(const std::filesystem::path& path, std::string_view bytes)
{
    replaceFileAtomically(path, [&](const std::filesystem::path& temporary) {
        std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        out.close();
        if (!out)
            throw systemError(path, "cannot be written");
    });
}

std::string readFile(const std::filesystem::path& path, std::uintmax_t limit)
{
    std::error_code code;
    if (!std::filesystem::exists(path, code))
        throw missing(path.string() + ": no such file", "check the name");
    if (!std::filesystem::is_regular_file(path, code))
        throw badInput(path.string(), "is not a regular file");
    const auto size = std::filesystem::file_size(path, code);
    if (code)
        throw badInput(path.string(), "cannot be read (" + code.message() + ")");
    if (size > limit)
        throw badInput(path.string(), "has " + std::to_string(size) + " bytes, more than the " + std::to_string(limit) +
                                          " allowed for this kind of file");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(bytes.data(), static_cast<std::streamsize>(size));
    if (!in || in.gcount() != static_cast<std::streamsize>(size))
        throw systemError(path, "cannot be read");
    return bytes;
}

} // namespace binaurium
