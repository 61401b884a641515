// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/RunQueue.h"

#include "core/support/AtomicFile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

namespace binaurium {

RunQueue::RunQueue(const QString& folder)
{
    if (folder.isEmpty())
        return;
    file_ = QDir(folder).filePath(QStringLiteral("queue.txt"));
    QFile file(file_);
    if (!file.open(QIODevice::ReadOnly))
        return;
    for (const QByteArray& line : file.read(1 << 20).split('\n')) {
        const auto name = QString::fromUtf8(line).trimmed();
        if (isRunName(name) && !names_.contains(name) && names_.size() < limit)
            names_ << name;
    }
}

void RunQueue::append(const QString& name)
{
    if (names_.contains(name) || names_.size() >= limit)
        return;
    names_ << name;
    save();
}

void RunQueue::remove(const QString& name)
{
    if (names_.removeAll(name) > 0)
        save();
}

void RunQueue::move(const QString& name, int places)
{
    const auto from = names_.indexOf(name);
    if (from < 0)
        return;
    names_.move(from, std::clamp<qsizetype>(from + places, 0, names_.size() - 1));
    save();
}

void RunQueue::save() const
{
    writeFileAtomically(file_.toStdString(),
                        names_.isEmpty() ? "" : (names_.join(QLatin1Char('\n')) + QLatin1Char('\n')).toStdString());
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
