// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/RunFollower.h"

#include "core/training/run/RunFolder.h"

#include <QDir>
#include <QFileInfo>

namespace binaurium {

RunFollower::RunFollower(const QString& folder)
    : folder_(QDir::cleanPath(QFileInfo(folder).absoluteFilePath())), summary_(summarizeRun(folder_.toStdString())),
      stages_(stagesOfConfig(std::filesystem::path(folder_.toStdString()) / "config.toml")),
      lines_(std::filesystem::path(folder_.toStdString()) / "events.jsonl"), seen_(eventsSize(folder_.toStdString()))
{}

QString RunFollower::name() const
{
    return QFileInfo(folder_).fileName();
}

bool RunFollower::mayResume() const noexcept
{
    return !isRunning() && summary_.state != RunState::Finished;
}

bool RunFollower::look()
{
    const std::filesystem::path path = folder_.toStdString();
    bool changed = false;
    // The whole summary only when something happened: a list may hold hundreds of runs.
    if (const auto size = eventsSize(path); size != seen_ || RunFolder::runningProcess(path) != summary_.process) {
        seen_ = size;
        summary_ = summarizeRun(path);
        if (stages_.empty())
            stages_ = stagesOfConfig(path / "config.toml");
        changed = true;
    }
    if (!wanted_)
        return changed;
    bool restarted = false;
    const auto lines = lines_.next(&restarted);
    if (restarted)
        history_ = RunHistory();
    for (const auto& line : lines)
        if (!history_.addLine(line, problem_.empty() ? &problem_ : nullptr))
            changed = true;
    more_ = !lines.empty();
    return changed || restarted || !lines.empty();
}

} // namespace binaurium
