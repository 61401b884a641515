// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMessageBox>
#include <filesystem>
#include <vector>

namespace binaurium {

// A question before something is lost. The button that keeps everything is the default and what Escape means.
struct Confirmation
{
    QString title, text;
    QString proceed, keep; // verbs on the buttons
    QMessageBox::Icon icon = QMessageBox::Question;
    QMessageBox::ButtonRole role = QMessageBox::DestructiveRole; // of proceed
};
[[nodiscard]] bool confirmed(QWidget* parent, const Confirmation& question);

// Whether files that are written beside the one that the user named may be: asks when some are there already.
[[nodiscard]] bool mayReplace(QWidget* parent, const std::vector<std::filesystem::path>& files);

} // namespace binaurium
