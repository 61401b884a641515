// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/localization/LocalizationScore.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

using namespace binaurium;

class ScoreTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void errorsHaveTheirClosedForms();
    void reversalsCountOffAxisSourcesOnly();
    void abstentionWithholdsTheUnsure();
    void wilsonEqualsItsFormula();
    void anEmptyListIsRefused();
};

namespace {

LocalizationCase heard(double truth, double estimate, double confidence = 1.0, double elevation = 0.0)
{
    return {{truth, elevation}, 1.0, {estimate, 0.0}, 1.0, confidence};
}

} // namespace

void ScoreTest::errorsHaveTheirClosedForms()
{
    const auto s = scoreLocalization({heard(10, 20), heard(-170, 170), heard(30, 150), heard(0, 0)});
    QCOMPARE(s.cases, 4);
    QCOMPARE(s.azimuthMeanDeg, (10.0 + 20.0 + 120.0 + 0.0) / 4.0);
    QCOMPARE(s.azimuthMedianDeg, 15.0);
    QCOMPARE(s.foldedMeanDeg, (10.0 + 20.0 + 0.0 + 0.0) / 4.0); // 30 and 150 are one cone
    QCOMPARE(foldedAzimuthDeg(150.0), 30.0);
    QCOMPARE(foldedAzimuthDeg(-100.0), -80.0);
}

void ScoreTest::reversalsCountOffAxisSourcesOnly()
{
    const auto s =
        scoreLocalization({heard(30, 150), heard(0, 10), heard(85, 95), heard(150, 120), heard(20, 160, 1.0, 70.0)});
    QCOMPARE(s.reversalCases, 3); // 85 is near the axis, the last one too high
    QVERIFY(std::abs(s.reversalShare - 1.0 / 3.0) < 1e-12);
}

void ScoreTest::abstentionWithholdsTheUnsure()
{
    std::vector<LocalizationCase> cases;
    for (int i = 0; i < 90; ++i)
        cases.push_back(heard(10, 10, 0.9));
    for (int i = 0; i < 10; ++i)
        cases.push_back(heard(10, 170, 0.1));
    const auto s = scoreLocalization(cases);
    QVERIFY(s.abstentionShare >= 0.08 && s.abstentionShare <= 0.10); // one reversal in 91 is allowed
    QCOMPARE(scoreLocalization({heard(10, 12)}).abstentionShare, 0.0);
}

void ScoreTest::wilsonEqualsItsFormula()
{
    // Wilson 1927, z = 1.959964: 10 of 20 gives 0.2993 .. 0.7007.
    const auto i = wilsonInterval(10, 20);
    QVERIFY(std::abs(i.low - 0.2993) < 1e-3 && std::abs(i.high - 0.7007) < 1e-3);
    QVERIFY(wilsonInterval(0, 50).low < 1e-9 && wilsonInterval(0, 50).high > 0.05);
}

void ScoreTest::anEmptyListIsRefused()
{
    QVERIFY(!test::errorOf([] { (void)scoreLocalization({}); }).empty());
}

QTEST_GUILESS_MAIN(ScoreTest)
#include "ScoreTest.moc"
