// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/ask/AskHistory.h"

#include <QWidget>

class QLineEdit;
class QListWidget;
class QPushButton;

namespace binaurium {

// The questions that were asked, newest first, with a search; one can be asked again as it was.
class HistoryPanel : public QWidget
{
    Q_OBJECT

public:
    explicit HistoryPanel(QWidget* parent = nullptr);
    // Reads what is kept in a file; an empty path keeps nothing.
    void setFile(const std::filesystem::path& file);
    void add(const AskEntry& entry);
    // Writes the entries that the search shows, as *.json or *.md. Throws BadInput.
    void exportTo(const std::filesystem::path& path) const;
    [[nodiscard]] const AskHistory& history() const noexcept { return history_; }
    [[nodiscard]] QListWidget& list() const { return *list_; }
    [[nodiscard]] QLineEdit& search() const { return *search_; }
    [[nodiscard]] QPushButton& againButton() const { return *again_; }
    [[nodiscard]] QPushButton& deleteButton() const { return *delete_; }

signals:
    void askAgainWanted(const binaurium::AskEntry& entry);
    void message(const QString& text);

private:
    void show();
    [[nodiscard]] std::vector<std::size_t> shown() const; // indices, newest first
    [[nodiscard]] int chosen() const;                     // index, -1: none

    AskHistory history_;
    QLineEdit* search_;
    QListWidget* list_;
    QPushButton* again_;
    QPushButton* delete_;
    QPushButton* export_;
};

} // namespace binaurium
