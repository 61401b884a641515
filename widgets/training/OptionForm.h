// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/TrainOptions.h"

#include <QString>
#include <QWidget>
#include <functional>
#include <optional>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QTabWidget;
class QToolButton;

namespace binaurium {

// One option: its name, an editor and a button that puts the default back. Without a value of its own it shows the
// default greyed; with one its name is bold.
class OptionEditor : public QObject
{
    Q_OBJECT

public:
    // Adds itself as a row of `grid`, under `page`.
    OptionEditor(const OptionField& field, QWidget* page, QGridLayout& grid, int row);

    [[nodiscard]] const OptionField& field() const noexcept { return field_; }
    // The value of the file, nothing for the default. What the user is typing is not disturbed.
    void setValue(const std::optional<Json>& value);
    [[nodiscard]] const std::optional<Json>& value() const noexcept { return value_; }
    [[nodiscard]] bool isRefused() const noexcept { return refused_; }
    [[nodiscard]] QWidget& editor() const;
    void setReadOnly(bool on);
    // As if the user had typed `text` ("" puts the default back).
    void enter(const QString& text);

signals:
    // The user gave a value, or took it back.
    void edited(const std::optional<binaurium::Json>& value);
    void refusedChanged();

private:
    void makeChoice(QWidget* page);
    void takeText();
    void change(const std::optional<Json>& value);
    void mark(const QString& why); // empty: nothing is wrong
    void showState();
    void showValue();

    OptionField field_;
    std::optional<Json> value_;
    bool refused_ = false;
    bool readOnly_ = false;
    QLabel* name_;
    QLineEdit* line_ = nullptr;
    QComboBox* choice_ = nullptr;
    QToolButton* reset_;
};

// The options of training as a form, one page for each stage; made from the same table that reads the file.
class OptionForm : public QWidget
{
    Q_OBJECT

public:
    explicit OptionForm(QWidget* parent = nullptr);
    // Shows what a configuration sets.
    void setDocument(const Json& document);
    // Values can be read but not changed.
    void setReadOnly(bool on);
    [[nodiscard]] OptionEditor* find(const std::string& section, const std::string& key) const;
    [[nodiscard]] bool isRefusing() const; // whether an editor holds what is no value
    void showOption(const std::string& section, const std::string& key);
    [[nodiscard]] QTabWidget& pages() const { return *pages_; }

signals:
    void refusedChanged();
    void optionEdited(const std::string& section, const std::string& key, const std::optional<binaurium::Json>& value);

private:
    QTabWidget* pages_;
    std::vector<OptionEditor*> editors_;
};

// A value as the form shows it: "0.0005", "0.5, 0.3, 0.2", "yes".
[[nodiscard]] QString optionText(const Json& value);
// What a text means as a value of an option; nothing, and why, where it means none or is out of range.
[[nodiscard]] std::optional<Json> optionValue(const OptionField& field, const QString& text, QString* why);

} // namespace binaurium
