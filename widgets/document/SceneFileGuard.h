// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/SceneDocument.h"

#include <QFileSystemWatcher>
#include <QLockFile>
#include <QTimer>
#include <memory>

namespace binaurium {

// Watches over the file of a document: says when another program has it open (a lock file beside it) and when something
// else than this document has changed it.
class SceneFileGuard : public QObject
{
    Q_OBJECT

public:
    explicit SceneFileGuard(SceneDocument& document, QObject* parent = nullptr);

    // The file is not what was read or saved here last.
    [[nodiscard]] bool changedOutside() const;

signals:
    void openElsewhere(const QString& who);
    void changedOnDisk();

private:
    void follow();
    void look();

    SceneDocument& document_;
    std::unique_ptr<QLockFile> lock_;
    std::filesystem::path locked_;
    std::string known_; // sha256 of the content; empty: no file
    std::string told_;
    QFileSystemWatcher watcher_;
    QTimer settle_;
};

} // namespace binaurium
