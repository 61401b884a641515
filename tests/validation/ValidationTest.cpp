// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/TestMain.h"
#include "tests/validation/Report.h"

using namespace binaurium;

// Every check of docs/acoustics-validation.md against its gate.
class ValidationTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void gatesAreHeld_data();
    void gatesAreHeld();
};

using Measure = void (*)(validation::Report&);

void ValidationTest::gatesAreHeld_data()
{
    QTest::addColumn<int>("part");
    const char* names[] = {"paths", "decays", "heads", "movement"};
    for (int i = 0; i < 4; ++i)
        QTest::newRow(names[i]) << i;
}

void ValidationTest::gatesAreHeld()
{
    constexpr Measure parts[] = {validation::checkPaths, validation::checkDecays, validation::checkHeads,
                                 validation::checkMovement};
    QFETCH(int, part);
    validation::Report report;
    parts[part](report);
    QVERIFY(!report.checks.empty());
    QStringList missed;
    for (const auto& check : report.checks) {
        const auto line = QStringLiteral("%1: %2 %3 (gate %4)")
                              .arg(QString::fromStdString(check.name))
                              .arg(check.value)
                              .arg(QString::fromStdString(check.unit))
                              .arg(check.limit);
        qInfo("%s", qPrintable(line));
        if (!check.passed())
            missed << line;
    }
    QVERIFY2(missed.empty(), qPrintable(missed.join(QStringLiteral("; "))));
}

QTEST_GUILESS_MAIN(ValidationTest)
#include "ValidationTest.moc"
