// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <utility>

namespace binaurium {

// Keeps other processes, and other locks of this one, away from a file while it lives. The kernel lets go of it when
// the process ends, however it ends.
class FileLock
{
public:
    FileLock() = default; // of nothing
    // Makes the file where there is none. Throws BadInput where it cannot be opened or another holds it.
    explicit FileLock(const std::filesystem::path& file);
    ~FileLock();
    FileLock(FileLock&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}
    FileLock& operator=(FileLock&& other) noexcept
    {
        std::swap(handle_, other.handle_);
        return *this;
    }

private:
    int handle_ = -1;
};

} // namespace binaurium
