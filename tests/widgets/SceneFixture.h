// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/TestFiles.h"
#include "widgets/scene/SceneTab.h"

#include <QTest>

namespace binaurium::test {

// The kitchen, a room of 5.2 m x 4 m x 2.6 m with two sources, open in a scene tab that is shown.
struct OpenKitchen
{
    OpenKitchen()
    {
        QString error;
        if (!document.loadAsTemplate(sourceFile("scenes/kitchen.scene.json"), &error))
            QTest::qFail(qPrintable(error), __FILE__, __LINE__);
        tab = std::make_unique<SceneTab>(document, AudioOutput::makeNull());
        tab->resize(1200, 760);
        tab->show();
        if (!QTest::qWaitForWindowExposed(tab.get()))
            QTest::qFail("the window did not appear", __FILE__, __LINE__);
    }

    [[nodiscard]] const Source& source(std::size_t index) const { return document.scene().sources[index]; }
    [[nodiscard]] int steps() { return document.undoStack().count(); }

    SceneDocument document;
    std::unique_ptr<SceneTab> tab;
};

// Presses the left button, moves in `steps` and lets go.
inline void drag(QWidget& view, const QPointF& from, const QPointF& to, Qt::KeyboardModifiers modifiers = {},
                 int steps = 8)
{
    QTest::mousePress(&view, Qt::LeftButton, modifiers, from.toPoint());
    for (int i = 1; i <= steps; ++i) {
        const QPointF at = (from + (to - from) * i / static_cast<double>(steps)).toPoint();
        QMouseEvent move(QEvent::MouseMove, at, view.mapToGlobal(at), Qt::NoButton, Qt::LeftButton, modifiers);
        QApplication::sendEvent(&view, &move);
    }
    QTest::mouseRelease(&view, Qt::LeftButton, modifiers, to.toPoint());
}

} // namespace binaurium::test
