// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/RunQueue.h"

#include <QStringList>
#include <vector>

namespace binaurium {

// Runs that wait, in order; kept in waiting.toml of the folder of runs ("binaurium-queue" version 1, so that
// `train --queue` takes it too). The configuration of the run NAME is NAME.toml beside it.
class WaitingRuns
{
public:
    static constexpr int limit = 1000;

    // Reads the list of a folder, if there is one; what is wrong with it, or with writing it, is in problem(). A list
    // that cannot be read is never written over.
    explicit WaitingRuns(const QString& folder = {});
    [[nodiscard]] const QStringList& names() const noexcept { return names_; }
    [[nodiscard]] const QString& problem() const noexcept { return problem_; }
    void append(const QString& name);
    void remove(const QString& name);
    // Moves a name by `places` towards the end (negative: the front), as far as there is room.
    void move(const QString& name, int places);

private:
    void save();

    QString file_;
    bool isReadable_ = true;
    QStringList names_;
    std::vector<QueuedRun> others_; // with options or places of their own: for `train --queue`, kept as they are
    QString problem_;
};

// Whether a text can name a run: one folder name without separators, not hidden.
[[nodiscard]] bool isRunName(const QString& name);

} // namespace binaurium
