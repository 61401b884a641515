// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/controls/Confirm.h"

#include <QCoreApplication>
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

bool mayReplace(QWidget* parent, const std::vector<std::filesystem::path>& files)
{
    QStringList there;
    for (const auto& file : files)
        if (std::error_code problem; std::filesystem::exists(file, problem))
            there << QString::fromStdString(file.filename().string());
    if (there.isEmpty())
        return true;
    return confirmed(parent,
                     {QCoreApplication::translate("mayReplace", "Replace files"),
                      QCoreApplication::translate("mayReplace", "These files are there already and would be replaced:")
                          .append(QLatin1Char('\n'))
                          .append(there.join(QLatin1Char('\n'))),
                      QCoreApplication::translate("mayReplace", "Replace"),
                      QCoreApplication::translate("mayReplace", "Keep")});
}

} // namespace binaurium
