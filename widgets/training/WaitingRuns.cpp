// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/WaitingRuns.h"

#include "core/support/AtomicFile.h"
#include "core/support/Toml.h"
#include "core/training/run/RunQueue.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>

namespace binaurium {

WaitingRuns::WaitingRuns(const QString& folder)
{
    if (folder.isEmpty())
        return;
    file_ = QDir(folder).filePath(QStringLiteral("waiting.toml"));
    if (!QFileInfo::exists(file_))
        return;
    try {
        for (const QueuedRun& run : readQueue(file_.toStdString())) {
            const auto name = QString::fromStdString(run.output.filename().string());
            if (isRunName(name) && !names_.contains(name) && names_.size() < limit)
                names_ << name;
        }
    } catch (const std::exception& e) {
        problem_ = QString::fromStdString(e.what());
    }
}

void WaitingRuns::append(const QString& name)
{
    if (names_.contains(name) || names_.size() >= limit)
        return;
    names_ << name;
    save();
}

void WaitingRuns::remove(const QString& name)
{
    if (names_.removeAll(name) > 0)
        save();
}

void WaitingRuns::move(const QString& name, int places)
{
    const auto from = names_.indexOf(name);
    if (from < 0)
        return;
    names_.move(from, std::clamp<qsizetype>(from + places, 0, names_.size() - 1));
    save();
}

void WaitingRuns::save() const
{
    Json runs = Json::array();
    for (const QString& name : names_)
        runs.push_back({{"config", name.toStdString() + ".toml"}, {"output", name.toStdString()}});
    writeFileAtomically(file_.toStdString(), writeToml({{"format", "binaurium-queue"}, {"version", 1}, {"run", runs}}));
}

bool isRunName(const QString& name)
{
    constexpr int longest = 120; // with ".toml" well below what file systems take
    return !name.isEmpty() && name.size() <= longest && !name.startsWith(QLatin1Char('.')) && name == name.trimmed() &&
           std::none_of(name.begin(), name.end(), [](QChar c) {
               return c == QLatin1Char('/') || c == QLatin1Char('\\') || c.category() == QChar::Other_Control;
           });
}

} // namespace binaurium
