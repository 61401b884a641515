// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/files/MappedFile.h"

#include "core/support/Error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace binaurium {

MappedFile::MappedFile(const std::filesystem::path& path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        throw missing(path.string() + " cannot be opened (" + std::strerror(errno) + ")", "check the name");
    struct stat status
    {};
    const bool usable = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
    void* address = usable ? ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_PRIVATE, file, 0)
                           : MAP_FAILED;
    ::close(file);
    if (address == MAP_FAILED)
        throw badInput(path.string(), "is empty or not a regular file");
    bytes_ = {static_cast<const std::byte*>(address), static_cast<std::size_t>(status.st_size)};
}

MappedFile::~MappedFile()
{
    if (!bytes_.empty())
        ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept
{
    std::swap(bytes_, other.bytes_);
    return *this;
}

} // namespace binaurium
