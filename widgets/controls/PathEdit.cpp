// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/controls/PathEdit.h"

#include "core/model/ModelCard.h"

#include <QAction>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>
#include <QStyle>
#include <QToolButton>
#include <QUrl>

namespace binaurium {

PathEdit::PathEdit(QString title, Wanted wanted, QWidget* parent)
    : QLineEdit(parent), title_(std::move(title)), wanted_(wanted)
{
    auto* open = addAction(style()->standardIcon(QStyle::SP_DirOpenIcon), QLineEdit::TrailingPosition);
    open->setText(title_);
    open->setToolTip(tr("%1 (Alt+Down)").arg(title_));
    connect(open, &QAction::triggered, this, &PathEdit::offer);
    for (auto* button : findChildren<QToolButton*>())
        button->setAccessibleName(title_);
}

void PathEdit::offer()
{
    if (isReadOnly())
        return;
    if (suggestions_.isEmpty()) {
        browse();
        return;
    }
    QMenu menu(this);
    for (const auto& word : suggestions_)
        connect(menu.addAction(word), &QAction::triggered, this, [this, word] { take({word}); });
    menu.addSeparator();
    connect(menu.addAction(tr("Another folder…")), &QAction::triggered, this, &PathEdit::browse);
    menu.exec(mapToGlobal(rect().bottomLeft()));
}

void PathEdit::browse()
{
    const auto start = text().section(u',', -1).trimmed();
    const auto path = wanted_ == Wanted::File ? QFileDialog::getOpenFileName(this, title_, start)
                                              : QFileDialog::getExistingDirectory(this, title_, start);
    if (!path.isEmpty())
        take({path});
}

// Several are added to what is there, a single one takes its place.
void PathEdit::take(const QStringList& paths)
{
    const auto there = text().trimmed();
    const auto added = paths.join(QStringLiteral(", "));
    setText(wanted_ == Wanted::Folders && !there.isEmpty() ? there + QStringLiteral(", ") + added : added);
    emit textEdited(text());
}

void PathEdit::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Down && event->modifiers().testFlag(Qt::AltModifier)) {
        offer();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

// What is dragged, where this field can hold it; else empty.
QStringList PathEdit::wantedIn(const QDropEvent& event) const
{
    QStringList paths;
    for (const QUrl& url : event.mimeData()->urls()) {
        const auto path = url.toLocalFile();
        if (path.isEmpty() || QFileInfo(path).isDir() == (wanted_ == Wanted::File))
            return {};
        paths << path;
    }
    return isReadOnly() || (paths.size() > 1 && wanted_ != Wanted::Folders) ? QStringList() : paths;
}

void PathEdit::dragEnterEvent(QDragEnterEvent* event)
{
    if (wantedIn(*event).isEmpty())
        QLineEdit::dragEnterEvent(event);
    else
        event->acceptProposedAction();
}

void PathEdit::dragMoveEvent(QDragMoveEvent* event)
{
    if (wantedIn(*event).isEmpty())
        QLineEdit::dragMoveEvent(event);
    else
        event->acceptProposedAction();
}

// A file is its path, not its address.
void PathEdit::dropEvent(QDropEvent* event)
{
    const auto paths = wantedIn(*event);
    if (paths.isEmpty()) {
        QLineEdit::dropEvent(event);
        return;
    }
    event->acceptProposedAction();
    take(paths);
}

PathEdit* makeModelEdit(const QString& title, QWidget* parent)
{
    auto* edit = new PathEdit(title, PathEdit::Wanted::Folder, parent);
    QStringList names;
    for (const ModelCard& card : installedModels())
        if (!card.projector.empty())
            names << QString::fromStdString(card.folder.filename().string()); // by which it is found
    edit->setSuggestions(names);
    return edit;
}

} // namespace binaurium
