// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <QObject>
#include <QString>
#include <QUndoStack>
#include <filesystem>

namespace binaurium {

// Objects are named by the index of a source, or by these.
inline constexpr int listenerObject = -1;
// The source of an index that is one.
[[nodiscard]] inline Source& sourceAt(Scene& scene, int object)
{
    return scene.sources[static_cast<std::size_t>(object)];
}
[[nodiscard]] inline const Source& sourceAt(const Scene& scene, int object)
{
    return scene.sources[static_cast<std::size_t>(object)];
}
inline constexpr int noObject = -2;

// What changed, once per command; views look at it and update what they show.
struct SceneChange
{
    enum class Kind { Everything, Room, Listener, Source, SourceAdded, SourceRemoved, Settings };
    Kind kind = Kind::Everything;
    int source = -1;   // index, for the kinds that concern one source
    bool more = false; // another change of the same step follows: what shows the whole may wait for the last one

    // Objects have other numbers than before: what holds one lets go of it.
    [[nodiscard]] bool renumbers() const noexcept
    {
        return kind == Kind::Everything || kind == Kind::SourceAdded || kind == Kind::SourceRemoved;
    }
};

// The open scene, its undo history and its file. Views read scene() and push commands; nothing else writes the scene.
class SceneDocument : public QObject
{
    Q_OBJECT

public:
    explicit SceneDocument(QObject* parent = nullptr);

    [[nodiscard]] const Scene& scene() const noexcept { return scene_; }
    [[nodiscard]] QUndoStack& undoStack() noexcept { return undo_; }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    // Folder that relative files of the scene start from.
    [[nodiscard]] std::filesystem::path folder() const;
    // File name, or "Untitled", for the window's title.
    [[nodiscard]] QString displayName() const;

    // A new scene with one listener in an empty room.
    void reset();
    // On failure nothing changes and `error` says why.
    [[nodiscard]] bool load(const std::filesystem::path& path, QString* error);
    [[nodiscard]] bool save(const std::filesystem::path& path, QString* error);
    // A copy under no name: an example, which is never overwritten.
    [[nodiscard]] bool loadAsTemplate(const std::filesystem::path& path, QString* error);
    // A scene that was not saved, with the file it belonged to: it counts as modified until it is saved.
    void restore(Scene scene, std::filesystem::path path, std::filesystem::path folder);

    void push(QUndoCommand* command) { undo_.push(command); }
    // A name that no source has: `wish`, or `wish` with a number.
    [[nodiscard]] std::string freeName(const std::string& wish) const;

    // For commands only: the scene to change, then the event.
    [[nodiscard]] Scene& mutableScene() noexcept { return scene_; }
    void announce(const SceneChange& change) { emit changed(change); }

signals:
    void changed(const binaurium::SceneChange& change);
    void fileChanged();

private:
    void replace(Scene scene, std::filesystem::path path, std::filesystem::path folder);

    Scene scene_;
    QUndoStack undo_;
    std::filesystem::path path_;
    std::filesystem::path folder_;
};

} // namespace binaurium
