// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/ConfigText.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QTabWidget;

namespace binaurium {

class OptionForm;

// A configuration as a form and as text beside it; each follows the other. What is wrong is listed with its line.
class ConfigEditor : public QWidget
{
    Q_OBJECT

public:
    explicit ConfigEditor(QWidget* parent = nullptr);

    // Relative paths of the text start at `folder`.
    void setText(const QString& text, const QString& folder);
    [[nodiscard]] QString text() const;
    void setReadOnly(bool on);
    // What the text says now; checked at once, not at the next pause of typing.
    [[nodiscard]] const CheckedConfig& checked();
    [[nodiscard]] OptionForm& form() const { return *form_; }
    [[nodiscard]] QPlainTextEdit& textEdit() const { return *text_; }
    [[nodiscard]] QStringList problems() const;
    // Sets one option as the form does.
    void setOption(const std::string& section, const std::string& key, const std::optional<Json>& value);

signals:
    // The text changed and was checked.
    void changed();

private:
    void check();
    void goToLine(int line);
    void markLines();

    QString folder_;
    CheckedConfig checked_;
    bool stale_ = true;
    QTimer pause_; // of typing
    OptionForm* form_;
    QPlainTextEdit* text_;
    QListWidget* problems_;
};

// The text with relative paths of its options made absolute, so that it may stand elsewhere.
[[nodiscard]] QString withAbsolutePaths(const QString& text, const QString& folder);

} // namespace binaurium
