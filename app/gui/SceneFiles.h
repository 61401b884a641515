// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/Settings.h"
#include "widgets/document/Autosave.h"
#include "widgets/document/SceneFileGuard.h"

class QMenu;
class QWidget;

namespace binaurium {

class MessageBar;
class SceneTab;

// The scene's file as the user deals with it: new, open, save, recent files, what is asked before a scene goes, and
// everything that can happen to files meanwhile: crashes, other programs, sounds that are gone.
class SceneFiles : public QObject
{
    Q_OBJECT

public:
    SceneFiles(SceneDocument& document, SceneTab& tab, QWidget* window);

    // A scene file; false, with a message, when it cannot be read.
    bool open(const std::filesystem::path& path);
    void openExample(const QString& name);
    void newScene();
    // A scene that has no file yet, after asking about the open one; false when that one is kept.
    bool openUnsaved(const Scene& scene);
    void openDialog();
    bool save();
    bool saveAs();
    // Save, discard or cancel; true when the scene may go.
    [[nodiscard]] bool mayClose();
    void collectSounds();
    void locateSounds();
    void fillRecent(QMenu* menu);
    void fillExamples(QMenu* menu);
    // Asks about scenes that an earlier run left unsaved.
    void offerRecovery();
    [[nodiscard]] Autosave& autosave() { return autosave_; }

signals:
    void message(const QString& text);
    void openWanted(const QString& path); // from a menu; any kind of file

private:
    bool saveTo(const std::filesystem::path& path);
    void tellMissing();
    void tellChangedOnDisk();

    SceneDocument& document_;
    SceneTab& tab_;
    QWidget* window_;
    Settings settings_;
    Autosave autosave_;
    SceneFileGuard guard_;
    std::vector<std::string> looked_; // the audio files that were looked for last
    QDateTime saved_;
};

} // namespace binaurium
