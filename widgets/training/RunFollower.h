// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/RunHistory.h"
#include "core/training/run/RunList.h"

#include <QString>

namespace binaurium {

// One run folder as it changes: its state always, its whole history once somebody asked for it.
class RunFollower
{
public:
    explicit RunFollower(const QString& folder);

    // Reads what is new; true when anything is. `moreToRead()` tells that a large file is not through yet.
    bool look();
    [[nodiscard]] bool moreToRead() const noexcept { return more_; }
    // From now on look() reads the events as well.
    void wantHistory() { wanted_ = true; }

    [[nodiscard]] const QString& folder() const noexcept { return folder_; }
    [[nodiscard]] QString name() const;
    [[nodiscard]] const RunSummary& summary() const noexcept { return summary_; }
    [[nodiscard]] const RunHistory& history() const noexcept { return history_; }
    [[nodiscard]] const std::vector<std::string>& stages() const noexcept { return stages_; } // enabled ones
    [[nodiscard]] bool isRunning() const noexcept { return summary_.process.has_value(); }
    [[nodiscard]] bool mayResume() const noexcept;
    [[nodiscard]] const std::string& firstProblem() const noexcept { return problem_; } // of a bad line

private:
    QString folder_;
    RunSummary summary_;
    std::vector<std::string> stages_;
    LineFollower lines_;
    RunHistory history_;
    std::string problem_;
    std::uintmax_t seen_ = 0; // bytes of events.jsonl at the last summary
    bool wanted_ = false;
    bool more_ = false;
};

} // namespace binaurium
