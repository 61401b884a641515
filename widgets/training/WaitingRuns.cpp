// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/WaitingRuns.h"

#include "core/support/AtomicFile.h"
#include "core/support/Toml.h"

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
        const auto home = std::filesystem::weakly_canonical(folder.toStdString());
        for (const QueuedRun& run : readQueue(file_.toStdString())) {
            const auto name = QString::fromStdString(run.output.filename().string());
            const bool isOurs = run.overrides.empty() && run.output == home / name.toStdString() &&
                                run.config == home / (name.toStdString() + ".toml") && isRunName(name);
            if (!isOurs)
                others_.push_back(run);
            else if (names_.size() < limit)
                names_ << name;
        }
    } catch (const std::exception& e) {
        problem_ = QString::fromStdString(e.what());
        isReadable_ = false;
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

void WaitingRuns::save()
{
    if (!isReadable_)
        return; // what is in it is not ours to throw away
    Json runs = Json::array();
    for (const QString& name : names_)
        runs.push_back({{"config", name.toStdString() + ".toml"}, {"output", name.toStdString()}});
    for (const QueuedRun& run : others_)
        runs.push_back({{"config", run.config.string()}, {"output", run.output.string()}, {"set", run.overrides}});
    try {
        writeFileAtomically(file_.toStdString(),
                            writeToml({{"format", "binaurium-queue"}, {"version", 1}, {"run", runs}}));
        problem_.clear();
    } catch (const std::exception& e) {
        problem_ = QString::fromStdString(e.what());
    }
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
