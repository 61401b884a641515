// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QTest>
#include <cstdio>
#include <cstdlib>

// A warning that a test did not announce with QTest::ignoreMessage is a failure: Qt Test itself filters the announced
// ones before the handler below sees them.
namespace binaurium::test {

inline QtMessageHandler& nextHandler()
{
    static QtMessageHandler handler = nullptr;
    return handler;
}

inline void failOnWarning(QtMsgType type, const QMessageLogContext& context, const QString& message)
{
    // Qt's platform plugins complain about the environment of a test machine; that says nothing about our code.
    static const char* const harmless[] = {"propagateSizeHints", "XDG_RUNTIME_DIR", "pa_context_connect",
                                           "PulseAudioService",  "QStandardPaths",  "This plugin does not support"};
    bool known = false;
    for (const char* text : harmless)
        known = known || message.contains(QLatin1String(text));
    if ((type == QtWarningMsg || type == QtCriticalMsg) && !known)
        QTest::qFail(qPrintable(QStringLiteral("unexpected warning: ") + message), context.file, context.line);
    if (nextHandler() != nullptr && !known)
        nextHandler()(type, context, message);
}

} // namespace binaurium::test

// Use instead of QTest::failOnWarning (Qt 6.3+), which stops at the first pattern: call from initTestCase().
#define BINAURIUM_FAIL_ON_WARNINGS()                                                                                   \
    binaurium::test::nextHandler() = qInstallMessageHandler(binaurium::test::failOnWarning)
