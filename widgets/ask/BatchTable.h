// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"

#include <QString>
#include <QStringList>
#include <filesystem>
#include <vector>

namespace binaurium {

// One recording of a batch: its answer, or why there is none.
struct BatchRow
{
    QString file;
    bool done = false;
    QString problem;
    Answer answer;
    // Probability of the chosen option among the options; nothing for a free answer.
    [[nodiscard]] std::optional<double> probability() const;
};

// Recordings of a folder by name, sub-folders not included.
[[nodiscard]] QStringList recordingsIn(const QString& folder);

// Writes the rows as *.csv, *.json or *.md with the question and the model. Throws BadInput for another name.
void exportBatch(const std::vector<BatchRow>& rows, const QString& question, const AskOptions& options,
                 const std::filesystem::path& path);

} // namespace binaurium
