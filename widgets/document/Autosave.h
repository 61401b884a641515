// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/SceneDocument.h"

#include <QDateTime>
#include <QLockFile>
#include <QTimer>
#include <memory>
#include <vector>

namespace binaurium {

// A scene that a program left behind without saving it.
struct LostScene
{
    std::filesystem::path autosave; // where it is kept
    std::filesystem::path path;     // the user's file; empty: it had none
    std::filesystem::path folder;   // where its relative files start
    QDateTime time;
    Scene scene;
    [[nodiscard]] QString name() const;
};

// Keeps the unsaved state of a document in a file of its own in a folder of the program, never in the user's file:
// every minute while there are changes. A clean end takes the file away; after a crash another start finds it.
// Format "binaurium-autosave" version 1.
class Autosave : public QObject
{
    Q_OBJECT

public:
    static constexpr int intervalMs = 60'000;

    Autosave(SceneDocument& document, std::filesystem::path folder, QObject* parent = nullptr);
    ~Autosave() override;

    // What programs that no longer run left there; damaged files are left alone.
    [[nodiscard]] static std::vector<LostScene> lostIn(const std::filesystem::path& folder);
    // Opens a lost scene; it stays modified, and is kept until it is saved or discarded.
    void recover(const LostScene& lost);
    static void discard(const LostScene& lost);
    // Writes where there is something to write.
    void saveNow();
    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

signals:
    void failed(const QString& reason);

private:
    void removeFile();

    SceneDocument& document_;
    std::filesystem::path file_;
    std::unique_ptr<QLockFile> lock_; // says that this program runs
    QTimer timer_;
    bool changed_ = false; // since the file was written
    bool failed_ = false;  // said once
};

} // namespace binaurium
