// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/Selection.h"

#include <functional>
#include <optional>

namespace binaurium {

// What the user does to a scene from menus, keys and drops: adding, deleting and the clipboard. Each is one step.
class SceneEditing : public QObject
{
    Q_OBJECT

public:
    SceneEditing(SceneDocument& document, Selection& selection, QObject* parent = nullptr);

    // In front of the listener, looping.
    void addGenerator(const QString& generator);
    // One source per audio file; what is none is named in one message. A scene file is handed on.
    void addFiles(const QStringList& files, const Vec3& positionM);
    void replaceSound(int source, const std::filesystem::path& file);
    // Sources as text (SceneClipboard.h): moved together so that the first is at `positionM`. New unique names.
    void addText(const std::string& text, const Vec3& positionM);

    void copy() const;
    void cut();
    void paste();
    void duplicate();
    // The selected sources; the listener cannot be deleted.
    void deleteSelected();
    // Where to paste, given the place that was copied; without a place, one step from it.
    void setPastePlace(std::function<std::optional<Vec3>(const Vec3& copied)> place) { pastePlace_ = std::move(place); }
    void setPasteStep(double stepM) { pasteStepM_ = stepM; }

signals:
    void message(const QString& text);
    void sceneFileDropped(const QString& path);

private:
    void add(std::vector<Source> sources);
    // Where the first source of a text goes, given where it was.
    using Place = std::function<Vec3(const Vec3& copied)>;
    void addText(const std::string& text, const Place& place);
    [[nodiscard]] std::vector<Source> selected() const;

    SceneDocument& document_;
    Selection& selection_;
    double pasteStepM_ = 0.1;
    std::function<std::optional<Vec3>(const Vec3&)> pastePlace_;
};

} // namespace binaurium
