// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/exchange/ExportJournal.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

namespace binaurium {
namespace {

constexpr const char* journalName = "export.partial";
constexpr std::uintmax_t largestJournal = 2ULL << 30;

} // namespace

bool ExportJournal::standsIn(const std::filesystem::path& folder)
{
    return std::filesystem::exists(folder / journalName);
}

ExportJournal::ExportJournal(const std::filesystem::path& folder, const Json& header) : file_(folder / journalName)
{
    if (std::filesystem::exists(file_))
        goOn(header);
    else if (!std::filesystem::is_empty(folder))
        throw badInput(folder.string(), "is not empty; choose a new folder");
    else
        writeFileAtomically(file_, header.dump() + "\n");
    stream_.open(file_, std::ios::app | std::ios::binary);
    if (!stream_)
        throw badInput(file_.string(), "cannot be written");
}

void ExportJournal::goOn(const Json& header)
{
    const std::string text = readFile(file_, largestJournal);
    const std::size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
    std::size_t number = 0;
    for (std::size_t at = 0; at < whole;) {
        const std::size_t end = text.find('\n', at);
        const auto place = file_.string() + ": line " + std::to_string(++number);
        Json line = parseJson(std::string_view(text).substr(at, end - at), place);
        if (number > 1)
            earlier_.push_back(std::move(line));
        else if (line != header)
            throw badInput(file_.string(),
                           "belongs to the unfinished export of another set or of other options; choose a "
                           "new folder");
        at = end + 1;
    }
    if (number == 0)
        throw badInput(file_.string(), "is empty; choose a new folder");
    std::filesystem::resize_file(file_, whole);
}

void ExportJournal::add(const Json& line)
{
    stream_ << line.dump() << '\n' << std::flush;
    if (!stream_)
        throw badInput(file_.string(), "cannot be written; is the disk full?");
}

void ExportJournal::finish()
{
    stream_.close();
    std::error_code problem;
    std::filesystem::remove(file_, problem);
    if (problem)
        throw badInput(file_.string(), "cannot be removed: " + problem.message());
}

} // namespace binaurium
