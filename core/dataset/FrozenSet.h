// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/HeadCatalogue.h"
#include "core/dataset/ItemAudio.h"
#include "core/support/Json.h"
#include "core/support/Progress.h"

namespace binaurium {

// A set of items nailed down in one file ("binaurium-frozen-set" version 1): the recipe, the sha256 of every sound and
// head file, and for each item the sha256 of its text and the fingerprint of its audio. The items themselves are made
// again from the recipe; the file proves that they are the same, and small enough for a repository.
struct FrozenItem
{
    std::string id;
    std::string sha256; // of the item as JSON, first 16 digits
    AudioFingerprint fingerprint;
};

struct FrozenSet
{
    std::string name;
    std::string split;
    std::string recipeSha256;
    Json recipe;
    std::map<std::string, std::string> sounds; // file -> sha256
    std::map<std::string, std::string> heads;  // id -> sha256
    std::vector<FrozenItem> items;
};

[[nodiscard]] Json frozenToJson(const FrozenSet& set);
[[nodiscard]] FrozenSet frozenFromJson(const Json& json, const std::string& name); // throws BadInput

struct FreezeOptions
{
    std::vector<std::filesystem::path> headFolders;
    int threads = 0;
};

// Renders every item of `split` of a complete data set. Throws Missing, BadInput, or Interrupted.
[[nodiscard]] FrozenSet freeze(const std::filesystem::path& dataset, Split split, const FreezeOptions& options,
                               const ProgressCallback& progress = {});

struct FrozenComparison
{
    std::int64_t items = 0;
    std::int64_t rendered = 0;
    double largestLevelDb = 0.0; // difference of a fingerprint
    double largestItdUs = 0.0;
    std::vector<std::string> problems; // one sentence each; empty: the set is the same
};

// Levels may differ by what other processors round differently.
inline constexpr double frozenLevelToleranceDb = 0.1;
inline constexpr double frozenItdToleranceUs = 35.0; // one sample at 32 kHz

// Compares a data set with its frozen file: items, files, and the audio of `audioSample` items (-1: all).
[[nodiscard]] FrozenComparison compareFrozen(const FrozenSet& frozen, const std::filesystem::path& dataset,
                                             std::int64_t audioSample, const FreezeOptions& options,
                                             const ProgressCallback& progress = {});

} // namespace binaurium
