// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/SceneFileGuard.h"

#include "core/support/Error.h"
#include "core/support/Sha256.h"

#include <QFileInfo>

namespace binaurium {
namespace {

constexpr int settleMs = 200; // programs write in several steps

std::string contentOf(const std::filesystem::path& path)
{
    try {
        return path.empty() ? std::string() : sha256OfFile(path);
    } catch (const Error&) {
        return {};
    }
}

} // namespace

SceneFileGuard::SceneFileGuard(SceneDocument& document, QObject* parent) : QObject(parent), document_(document)
{
    settle_.setSingleShot(true);
    settle_.setInterval(settleMs);
    connect(&settle_, &QTimer::timeout, this, &SceneFileGuard::look);
    const auto wait = [this] { settle_.start(); };
    connect(&watcher_, &QFileSystemWatcher::fileChanged, this, wait);
    connect(&watcher_, &QFileSystemWatcher::directoryChanged, this, wait);
    connect(&document_, &SceneDocument::fileChanged, this, &SceneFileGuard::follow);
    follow();
}

bool SceneFileGuard::changedOutside() const
{
    return !document_.path().empty() && contentOf(document_.path()) != known_;
}

void SceneFileGuard::follow()
{
    const auto path = document_.path();
    known_ = told_ = contentOf(path);
    if (const auto watched = watcher_.files() + watcher_.directories(); !watched.isEmpty())
        watcher_.removePaths(watched);
    if (!path.empty()) {
        const QFileInfo info(QString::fromStdString(path.string()));
        watcher_.addPath(info.absolutePath()); // files that are replaced are no longer watched themselves
        if (info.exists())
            watcher_.addPath(info.absoluteFilePath());
    }
    if (path == locked_)
        return;
    lock_.reset();
    locked_ = path;
    if (path.empty())
        return;
    const auto beside = path.parent_path() / (".~" + path.filename().string() + ".lock");
    lock_ = std::make_unique<QLockFile>(QString::fromStdString(beside.string()));
    lock_->setStaleLockTime(0); // only the end of the program frees it
    if (lock_->tryLock(0) || lock_->error() != QLockFile::LockFailedError)
        return; // ours, or a folder that cannot be written: nobody can save there either
    qint64 process = 0;
    QString host, program;
    const bool known = lock_->getLockInfo(&process, &host, &program);
    lock_.reset();
    emit openElsewhere(known ? tr("%1 on %2 (process %3)").arg(program, host).arg(process) : tr("another program"));
}

void SceneFileGuard::look()
{
    const auto path = document_.path();
    if (path.empty())
        return;
    const QString file = QFileInfo(QString::fromStdString(path.string())).absoluteFilePath();
    if (!watcher_.files().contains(file) && QFileInfo::exists(file))
        watcher_.addPath(file);
    const auto now = contentOf(path);
    if (now == known_ || now == told_)
        return;
    told_ = now;
    emit changedOnDisk();
}

} // namespace binaurium
