// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/acoustics/HalfHead.h"

using namespace binaurium;

// Directions left out at random are checked by tests/validation.
class InterpolationTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void holesBelowAreFilledSensibly();
};

void InterpolationTest::holesBelowAreFilledSensibly()
{
    const auto file = test::headFile("ku100_fhk_2354"); // measured all round
    if (file.empty())
        QSKIP("the head is not on this computer");
    const auto all = readSofaHead(file);
    std::vector<std::size_t> kept, left;
    for (std::size_t i = 0; i < all.directions.size(); ++i)
        (directionOf(all.directions[i]).elevationDeg >= -40.0 ? kept : left).push_back(i);
    const auto errors = test::errorsOf(all, test::subset(all, kept), left);
    qInfo("hole below -40 degrees: spectral distortion %.2f dB, ITD %.1f us rms", errors.spectralDb, errors.itdUs);
    QVERIFY(errors.spectralDb < 6.0);
    QVERIFY(errors.itdUs < 30.0);
}

QTEST_GUILESS_MAIN(InterpolationTest)
#include "InterpolationTest.moc"
