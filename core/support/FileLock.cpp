// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/FileLock.h"

#include "core/support/Error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace binaurium {

FileLock::FileLock(const std::filesystem::path& file)
    : handle_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644))
{
    if (handle_ < 0)
        throw badInput(file.string(), "cannot be opened for writing");
    if (::flock(handle_, LOCK_EX | LOCK_NB) != 0) {
        ::close(handle_);
        throw badInput(file.string(), "another run writes into it; wait for its end or choose another folder");
    }
}

FileLock::~FileLock()
{
    if (handle_ >= 0)
        ::close(handle_);
}

} // namespace binaurium
