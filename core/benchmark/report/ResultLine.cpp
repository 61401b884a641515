// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/ResultLine.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <set>
#include <tuple>

namespace binaurium {
namespace {

constexpr std::uintmax_t largestFile = 4ULL << 30;

// Whole lines of a file and the number of bytes that they take.
std::pair<std::vector<std::string>, std::size_t> wholeLines(const std::string& bytes)
{
    std::vector<std::string> lines;
    std::size_t start = 0;
    for (auto end = bytes.find('\n'); end != std::string::npos; end = bytes.find('\n', start)) {
        lines.push_back(bytes.substr(start, end - start));
        start = end + 1;
    }
    return {std::move(lines), start};
}

StoredResults parse(const std::vector<std::string>& lines, const std::filesystem::path& path)
{
    if (lines.empty())
        throw badInput(path.string(), "holds no header of results");
    StoredResults results;
    const auto place = [&](std::size_t i) { return path.string() + ": line " + std::to_string(i + 1); };
    const Json header = parseJson(lines[0], place(0));
    const JsonObject root(header, place(0));
    checkFormat(root, "binaurium-benchmark-results", 1);
    results.key = keyFromJson(root);
    std::set<std::tuple<std::string, std::string, int>> seen;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        auto line = resultFromJson(parseJson(lines[i], place(i)), place(i));
        if (!seen.emplace(line.id, line.control, line.rotation).second)
            throw badInput(place(i), "is a second answer for item " + line.id + ", control " + line.control +
                                         ", rotation " + std::to_string(line.rotation));
        results.lines.push_back(std::move(line));
    }
    return results;
}

} // namespace

ResultLine choiceLine(const std::string& id, std::size_t options, std::optional<std::size_t> chosen)
{
    ResultLine line;
    line.id = id;
    line.scores.assign(options, -1.0);
    if (chosen)
        line.scores[*chosen] = 0.0;
    return line;
}

Json resultToJson(const ResultLine& line)
{
    Json json = {{"id", line.id}, {"control", line.control}, {"rotation", line.rotation}};
    if (!line.scores.empty())
        json["scores"] = line.scores;
    if (line.generated)
        json["generated"] = *line.generated;
    if (line.cut)
        json["cut"] = true;
    if (!line.error.empty())
        json["error"] = line.error;
    return json;
}

ResultLine resultFromJson(const Json& json, const std::string& name)
{
    const JsonObject object(json, name);
    ResultLine line;
    line.id = object.string("id");
    line.control = object.string("control");
    line.rotation = static_cast<int>(object.integer("rotation", 0, 7));
    if (object.has("scores"))
        line.scores = object.numbers("scores", 0, lowestScore, 0.0, 8);
    if (object.has("generated"))
        line.generated = object.string("generated");
    line.cut = object.boolean("cut", false);
    line.error = object.string("error", "");
    return line;
}

Json keyToJson(const ResultKey& key)
{
    return {{"model", key.model},
            {"model_sha256", key.modelSha256},
            {"data_sha256", key.dataSha256},
            {"seed", static_cast<std::int64_t>(key.seed)}};
}

ResultKey keyFromJson(const JsonObject& object)
{
    return {object.string("model"), object.string("model_sha256"), object.string("data_sha256"),
            static_cast<std::uint64_t>(object.integer("seed", 0, INT64_MAX))};
}

ResultFile::ResultFile(std::filesystem::path path, const ResultKey& key) : path_(std::move(path))
{
    if (std::filesystem::exists(path_)) {
        lock_ = FileLock(path_);
        const auto [lines, bytes] = wholeLines(readFile(path_, largestFile));
        auto stored = parse(lines, path_);
        if (stored.key != key)
            throw badInput(path_.string(), "holds results of another model, data set or seed; choose a new folder");
        earlier_ = std::move(stored.lines);
        std::filesystem::resize_file(path_, bytes); // what a crash cut off
    } else {
        Json header = {{"format", "binaurium-benchmark-results"}, {"version", 1}};
        header.update(keyToJson(key));
        writeFileAtomically(path_, header.dump() + "\n");
        lock_ = FileLock(path_); // of the file that is there now
    }
    stream_.open(path_, std::ios::app | std::ios::binary);
}

void ResultFile::add(const std::vector<ResultLine>& lines)
{
    for (const auto& line : lines)
        stream_ << resultToJson(line).dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    stream_.flush();
    if (!stream_)
        throw badInput(path_.string(), "could not be written; is the disk full?");
}

StoredResults readResults(const std::filesystem::path& path)
{
    return parse(wholeLines(readFile(path, largestFile)).first, path);
}

} // namespace binaurium
