// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/HeardSlots.h"
#include "tests/TestMain.h"
#include "tests/training/HeardFeatures.h"

using namespace binaurium;

namespace {

HeardSource heardAt(const char* label, double azimuthDeg)
{
    HeardSource source;
    source.label = label;
    source.direction.azimuthDeg = azimuthDeg;
    return source;
}

} // namespace

class HeardSlotsTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void anActiveSlotIsASource();
    void slotsOfOneSourceCountOnce();
    void mixturesAreCountedByPlaceAndByLabel();
};

void HeardSlotsTest::anActiveSlotIsASource()
{
    nn::SpatialEncoderConfig encoder;
    const auto spatial = test::featuresOfAKettleOnTheLeft(encoder);
    const auto heard = sourcesInSlots(spatial[0].slice(1, encoder.hidden).view({20, 3, -1}), encoder, 4.0);
    QCOMPARE(heard.size(), std::size_t{1});
    QCOMPARE(heard[0].label, std::string("kettle"));
    constexpr double rounding = 1e-3;
    QVERIFY(std::abs(heard[0].direction.azimuthDeg - 90.0) < rounding && std::abs(heard[0].distanceM - 2.0) < rounding);
    QCOMPARE(heard[0].startS, 2.0);
    QCOMPARE(heard[0].endS, 4.0);
}

void HeardSlotsTest::slotsOfOneSourceCountOnce()
{
    nn::SpatialEncoderConfig encoder;
    auto grouped = test::featuresOfAKettleOnTheLeft(encoder)[0].slice(1, encoder.hidden).view({20, 3, -1});
    grouped.select(1, 0).copy_(grouped.select(1, 1));
    QCOMPARE(sourcesInSlots(grouped, encoder, 4.0).size(), std::size_t{1});
    // The same label far away from its cone of confusion is another source.
    auto first = grouped.select(1, 0).slice(1, 1 + encoder.classes, 1 + encoder.classes + encoder.azimuthBins);
    first.copy_(first.roll({36}, {1})); // to the right
    QCOMPARE(sourcesInSlots(grouped, encoder, 4.0).size(), std::size_t{2});
    // A faint slot beside a loud one is none.
    grouped.select(1, 0).mul_(0.2);
    QCOMPARE(sourcesInSlots(grouped, encoder, 4.0).size(), std::size_t{1});
}

void HeardSlotsTest::mixturesAreCountedByPlaceAndByLabel()
{
    MixtureCounts counts;
    counts.add({heardAt("dog", 10), heardAt("bell", 90)},
               {heardAt("bell", 75), heardAt("dog", -5)}); // both, by label and place
    counts.add({heardAt("dog", 10), heardAt("bell", 90)},
               {heardAt("dog", 90), heardAt("bell", 10)});                       // labels exchanged
    counts.add({heardAt("dog", 10), heardAt("bell", 20)}, {heardAt("dog", 15)}); // one for two
    counts.add({heardAt("dog", 179), heardAt("bell", 90), heardAt("rain", 0)},
               {heardAt("dog", -178), heardAt("rain", 30)});
    QCOMPARE(counts.clips, 4);
    QCOMPARE(counts.pairs, 3);
    QCOMPARE(counts.pairsWithin, 2);
    QCOMPARE(counts.sources, 9);
    QCOMPARE(counts.bound, 2 + 0 + 1 + 1);
}

QTEST_GUILESS_MAIN(HeardSlotsTest)
#include "HeardSlotsTest.moc"
