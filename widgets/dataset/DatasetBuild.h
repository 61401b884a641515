// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/MakeDataset.h"
#include "core/dataset/exchange/Exchange.h"

#include <deque>
#include <optional>

namespace binaurium {

// A data set and, where wanted, its audio below the same folder.
struct BuildJob
{
    DatasetRecipe recipe;
    std::filesystem::path folder;
    std::optional<ExchangeFormat> audio; // AudioFolder or WebDataset: FOLDER/audiofolder, FOLDER/webdataset
    std::vector<std::filesystem::path> headFolders;
};

struct BuildResult
{
    MakeReport made;
    std::int64_t items = 0;      // of the whole set
    std::filesystem::path audio; // empty without
    bool audioWasThere = false;  // from an earlier call
};

// Goes on where earlier work in the same folder was stopped, audio included; what is finished is never written again.
// Throws as makeDataset and exportItems do.
[[nodiscard]] BuildResult buildDataset(const BuildJob& job, const ProgressCallback& progress);

// How much of a data set folder is there; nothing where there is none.
struct FolderState
{
    std::int64_t units = 0;
    std::int64_t total = 0;
    bool complete = false;
    bool audioPartial = false; // an export below it is not finished
};
[[nodiscard]] std::optional<FolderState> stateOf(const std::filesystem::path& folder);

// Rate and remaining time of counted work, over the last seconds: what was there already counts for nothing.
class Pace
{
public:
    void look(const Progress& progress, double timeS);
    [[nodiscard]] double perS() const;                      // 0: not known yet
    [[nodiscard]] std::optional<double> remainingS() const; // nothing while it is not known

private:
    static constexpr double windowS = 15.0;
    struct Look
    {
        Progress what;
        double timeS;
    };
    std::deque<Look> seen_;
};

} // namespace binaurium
