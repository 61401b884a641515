// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/MakeDataset.h"
#include "core/dataset/exchange/Exchange.h"

#include <chrono>
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

// Goes on where earlier work in the same folder was stopped; what is finished is never written again. Audio is written
// below a name ending in ".partial", which is begun anew when it was stopped, and gets its name when it is whole.
// Throws as makeDataset and exportItems do.
[[nodiscard]] BuildResult buildDataset(const BuildJob& job, const ProgressCallback& progress);

// How much of a data set folder is there; nothing where there is none.
struct FolderState
{
    std::int64_t units = 0;
    std::int64_t total = 0;
    bool complete = false;
};
[[nodiscard]] std::optional<FolderState> stateOf(const std::filesystem::path& folder);

// Rate and remaining time of counted work, from what was done since the first look.
class Pace
{
public:
    void look(const Progress& progress, double timeS);
    [[nodiscard]] double perS() const;                      // 0: not known yet
    [[nodiscard]] std::optional<double> remainingS() const; // nothing while it is not known

private:
    Progress first_, last_;
    double firstS_ = 0.0, lastS_ = 0.0;
    bool begun_ = false;
};

} // namespace binaurium
