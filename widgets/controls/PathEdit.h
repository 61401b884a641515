// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

namespace binaurium {

// A path that is typed, dropped, or chosen in a dialog that the icon at its end (or Alt+Down) opens. Where there are
// suggestions the icon opens a list of them first. Read-only it only shows its path.
class PathEdit : public QLineEdit
{
    Q_OBJECT

public:
    enum class Wanted { Folder, Folders, File }; // Folders: several, with commas between them
    // `title` heads the dialog and names the icon.
    PathEdit(QString title, Wanted wanted, QWidget* parent = nullptr);
    // Words that mean something without a folder: models that come with the program.
    void setSuggestions(const QStringList& words) { suggestions_ = words; }

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void offer();
    void browse();
    void take(const QStringList& paths);
    [[nodiscard]] QStringList wantedIn(const QDropEvent& event) const;
    QString title_;
    Wanted wanted_;
    QStringList suggestions_;
};

// For a model folder or run; suggests the installed models that know where sounds are.
[[nodiscard]] PathEdit* makeModelEdit(const QString& title, QWidget* parent);

} // namespace binaurium
