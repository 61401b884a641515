// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/BenchmarkReport.h"

#include <filesystem>
#include <fstream>
#include <vector>

namespace binaurium {

// What one listener answers to items of a report, over headphones: the same items for every listener, drawn by the seed
// of the report, in an order of the listener's own. Answers go to systems/human-NAME.jsonl of the report (as results,
// the chosen option scores 0, the others -1), and to listeners/NAME.jsonl with the number of times that the sound was
// played and the seconds until the answer. Goes on where the listener stopped.
class ListenerSession
{
public:
    static constexpr int usualItems = 40;

    // `listener`: 1 to 40 letters, digits, '-' or '_'. Throws Usage for another name, BadInput where the report has no
    // items with options, and as readReport().
    ListenerSession(std::filesystem::path report, const std::string& listener, int count = usualItems);

    // The item to be heard now; nullptr when all are answered.
    [[nodiscard]] const Item* current() const;
    [[nodiscard]] std::size_t answered() const noexcept { return answered_; }
    [[nodiscard]] std::size_t total() const noexcept { return items_.size(); }
    [[nodiscard]] const std::filesystem::path& report() const noexcept { return report_; }
    // The sound of the current item was played, for the first or another time.
    void played() noexcept { ++plays_; }
    // Stores the answer and goes on to the next item. Throws Usage where nothing was heard yet, nothing is to be
    // answered or there is no such option.
    void answer(std::size_t option, double seconds);

private:
    std::filesystem::path report_;
    std::vector<Item> items_; // in the listener's order
    ResultFile results_;
    std::ofstream log_;
    std::size_t answered_ = 0;
    int plays_ = 0;
};

} // namespace binaurium
