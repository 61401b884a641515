// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/RunHistory.h"

#include <QStringList>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPlainTextEdit;

namespace binaurium {

// What the process of a run said. Follows the end until one scrolls up.
class LogView : public QWidget
{
    Q_OBJECT

public:
    static constexpr int lineLimit = 20'000; // kept; older ones are dropped

    explicit LogView(QWidget* parent = nullptr);
    void setFile(const QString& file);
    void look();
    [[nodiscard]] QString lastLine() const { return all_.isEmpty() ? QString() : all_.last(); }
    [[nodiscard]] QPlainTextEdit& text() const { return *text_; }
    [[nodiscard]] QCheckBox& follow() const { return *follow_; }
    [[nodiscard]] QComboBox& level() const { return *level_; }

private:
    [[nodiscard]] bool isShown(const QString& line) const;
    void showAgain();
    void toEnd();

    LineFollower lines_;
    QStringList all_;
    QComboBox* level_;
    QLineEdit* search_;
    QCheckBox* follow_;
    QPlainTextEdit* text_;
};

} // namespace binaurium
