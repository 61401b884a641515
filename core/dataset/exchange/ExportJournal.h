// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Json.h"

#include <filesystem>
#include <fstream>
#include <vector>

namespace binaurium {

// What an unfinished export has written: FOLDER/export.partial, a header line that names set and layout, then one line
// per finished file, appended once that file is whole. A line that was cut off by a kill does not count. A folder that
// holds this file is not finished.
class ExportJournal
{
public:
    // Begins in a new or empty folder, or goes on with the same header. Throws BadInput for a folder with other things.
    ExportJournal(const std::filesystem::path& folder, const Json& header);

    // Lines of earlier calls.
    [[nodiscard]] const std::vector<Json>& earlier() const noexcept { return earlier_; }
    // Throws BadInput when the disk is full.
    void add(const Json& line);
    // The export is whole: the file goes.
    void finish();

    [[nodiscard]] static bool standsIn(const std::filesystem::path& folder);

private:
    void goOn(const Json& header);

    std::filesystem::path file_;
    std::vector<Json> earlier_;
    std::ofstream stream_;
};

} // namespace binaurium
