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
    void gridsAboveTheHeadAreFilledBelow_data();
    void gridsAboveTheHeadAreFilledBelow();
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

void InterpolationTest::gridsAboveTheHeadAreFilledBelow_data()
{
    QTest::addColumn<double>("lowestDeg");
    QTest::newRow("from the horizon up") << 0.0; // the lowest ring lies in a plane with the centre of the head
    QTest::newRow("from 10 degrees up") << 10.0; // the centre lies outside the hull of the directions
}

void InterpolationTest::gridsAboveTheHeadAreFilledBelow()
{
    constexpr double itdMarginUs = 60.0; // the sphere that the gap is filled with, 30 degrees below the grid
    constexpr double roundingUs = 10.0;  // arrivals are solved for over all neighbours, of which some are missing
    constexpr double deepestDeg = -20.0;
    QFETCH(double, lowestDeg);
    const auto all = readSofaHead(defaultHeadFile());
    std::vector<std::size_t> kept, below;
    for (std::size_t i = 0; i < all.directions.size(); ++i) {
        const double elevationDeg = directionOf(all.directions[i]).elevationDeg;
        if (elevationDeg >= lowestDeg - 0.5)
            kept.push_back(i);
        else if (elevationDeg >= deepestDeg)
            below.push_back(i);
    }
    const auto upper = test::subset(all, kept);
    const auto errors = test::errorsOf(all, upper, below);
    qInfo("below: spectral distortion %.2f dB, ITD %.1f us rms", errors.spectralDb, errors.itdUs);
    QVERIFY(errors.itdUs < itdMarginUs);
    const auto same = test::errorsOf(all, upper, kept);
    qInfo("measured: ITD %.2f us rms", same.itdUs);
    QVERIFY(same.itdUs < roundingUs);
}

QTEST_GUILESS_MAIN(InterpolationTest)
#include "InterpolationTest.moc"
