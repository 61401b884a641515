// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/BenchmarkReport.h"
#include "core/benchmark/report/ItemSounds.h"

#include <filesystem>
#include <string>
#include <vector>

namespace binaurium {

// What is asked: items in a fixed order and the hash of all of them.
struct BenchmarkData
{
    std::string name;
    std::string sha256;           // of the items as JSON, before any is left out
    std::vector<Item> items;      // chosen ones, in the order of the data
    std::int64_t population = 0;  // items of the split that could have been chosen
    std::uint64_t seed = 1;       // of the sample
    std::filesystem::path folder; // relative audio files start here
    DataSource source;
};

struct DataOptions
{
    std::string split = "test"; // items of other splits are left out; "" takes all
    std::int64_t limit = -1;    // so many items, drawn by seed; twins stay together
    std::uint64_t seed = 1;
    std::vector<std::string> tasks; // empty: all
    std::string foaHead;            // SOFA file or id of a head through which first-order ambisonics is heard
};

// Reads a data set folder, a file of items (.jsonl), or one of the layouts of OutsideData.h. Refuses (BadInput) ids
// that stand twice, answers that are missing or not among the options, and a split without items.
[[nodiscard]] BenchmarkData readBenchmarkData(const std::filesystem::path& path, const DataOptions& options);

// Items as lines, for the folder of a report; readItems() reads them back.
void writeItems(const std::vector<Item>& items, const std::filesystem::path& file);

} // namespace binaurium
