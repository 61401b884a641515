// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QMessageBox>
#include <QTest>
#include <QTimer>

namespace binaurium::test {

// Presses the button with this text in the next message box.
inline void answerMessageBox(const QString& words)
{
    QTimer::singleShot(0, qApp, [words] {
        auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
        if (box == nullptr) {
            answerMessageBox(words);
            return;
        }
        for (QAbstractButton* button : box->buttons())
            if (QString(button->text()).remove(QLatin1Char('&')) == words) {
                button->click();
                return;
            }
        QTest::qFail(qPrintable(words + QStringLiteral(" is no button")), __FILE__, __LINE__);
        box->reject();
    });
}

} // namespace binaurium::test
