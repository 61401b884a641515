// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/FileLock.h"
#include "core/support/Json.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace binaurium {

inline constexpr double lowestScore = -1e6; // of a log-likelihood that is read

// What came back for one item under one control with its options in one rotation. Indices count the item's own order of
// options, whatever the rotation.
struct ResultLine
{
    std::string id;
    std::string control = "none";
    int rotation = 0;                     // options were turned to the left by so many places
    std::vector<double> scores;           // length-normalised log-likelihood of each option; empty: not asked for
    std::optional<std::string> generated; // free text; nothing: not asked for
    bool cut = false;                     // the text ran into the limit of tokens
    std::string error;                    // why nothing was asked (no audio); such a line is wrong by every scorer
    friend bool operator==(const ResultLine&, const ResultLine&) = default;
};
[[nodiscard]] Json resultToJson(const ResultLine& line);
// The line of a system that chooses and knows no likelihoods: the option scores 0, all others -1; nothing chosen: all
// alike.
[[nodiscard]] ResultLine choiceLine(const std::string& id, std::size_t options, std::optional<std::size_t> chosen);
[[nodiscard]] ResultLine resultFromJson(const Json& json, const std::string& name);

// What results belong to. Runs with different keys must not be mixed.
struct ResultKey
{
    std::string model;       // name
    std::string modelSha256; // of the model's manifest, or of the predictions
    std::string dataSha256;  // of the items
    std::uint64_t seed = 1;  // of the sample of items, of noise and of shuffling
    friend bool operator==(const ResultKey&, const ResultKey&) = default;
};
[[nodiscard]] Json keyToJson(const ResultKey& key);
[[nodiscard]] ResultKey keyFromJson(const JsonObject& object);

// results.jsonl: a header ("binaurium-benchmark-results" version 1 with the key) and a line per answer, appended as
// they come. A last line that was cut by a crash is dropped and asked again.
class ResultFile
{
public:
    // Makes the file, or goes on with one of the same key, and keeps others from writing into it. Throws BadInput for
    // another key, a damaged line, or when another run has it.
    ResultFile(std::filesystem::path path, const ResultKey& key);
    [[nodiscard]] const std::vector<ResultLine>& earlier() const noexcept { return earlier_; }
    // Appends lines and flushes. Throws BadInput when the disk is full.
    void add(const std::vector<ResultLine>& lines);

private:
    std::filesystem::path path_;
    FileLock lock_;
    std::vector<ResultLine> earlier_;
    std::ofstream stream_;
};

struct StoredResults
{
    ResultKey key;
    std::vector<ResultLine> lines;
};
// Throws Missing or BadInput with file and line; refuses an answer that stands twice.
[[nodiscard]] StoredResults readResults(const std::filesystem::path& path);

// One system: a run, or several runs (other seeds, other listeners) whose answers are averaged item by item.
struct ComparedSystem
{
    std::string name;
    std::vector<StoredResults> runs;
};

} // namespace binaurium
