// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/Selection.h"

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
    // Sources as text (SceneClipboard.h): moved together so that the first is at `positionM`, or by one step from where
    // they were. New unique names.
    void addText(const std::string& text, const std::optional<Vec3>& positionM);

    void copy() const;
    void cut();
    void paste();
    void duplicate();
    // The selected sources; the listener cannot be deleted.
    void deleteSelected();
    void setPasteStep(double stepM) { pasteStepM_ = stepM; }

signals:
    void message(const QString& text);
    void sceneFileDropped(const QString& path);

private:
    void add(std::vector<Source> sources);
    [[nodiscard]] std::vector<Source> selected() const;

    SceneDocument& document_;
    Selection& selection_;
    double pasteStepM_ = 0.1;
};

} // namespace binaurium
