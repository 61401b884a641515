// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/controls/Confirm.h"

#include <QPushButton>

namespace binaurium {

bool confirmed(QWidget* parent, const Confirmation& question)
{
    QMessageBox box(question.icon, question.title, question.text, QMessageBox::NoButton, parent);
    auto* proceed = box.addButton(question.proceed, question.role);
    box.setDefaultButton(box.addButton(question.keep, QMessageBox::RejectRole));
    box.exec();
    return box.clickedButton() == proceed;
}

} // namespace binaurium
