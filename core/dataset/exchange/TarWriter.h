// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace binaurium {

// Builds a tar archive (POSIX ustar) in memory. Names are relative, at most 100 characters, without "..". The time
// stamp is 0, so that the same contents give the same bytes.
class TarWriter
{
public:
    // Throws BadInput for a name that a reader would have to refuse.
    void add(const std::string& name, std::string_view bytes);
    // The archive with its end blocks; the writer is empty afterwards.
    [[nodiscard]] std::string finish();
    [[nodiscard]] std::size_t size() const noexcept { return archive_.size(); }

private:
    std::string archive_;
};

} // namespace binaurium
