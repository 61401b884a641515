// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/statistics/Bootstrap.h"
#include "core/benchmark/statistics/Consistency.h"
#include "core/benchmark/statistics/PairedTests.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace binaurium;

class StatisticsTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void wilsonEqualsItsFormula();
    void quantilesInterpolate();
    void bootstrapEqualsItsEnumeration();
    void bootstrapApproachesTheNormalInterval();
    void questionsAboutOneSceneCountTogether();
    void fewScenesShowNoDifference();
    void theSameSeedGivesTheSameBits();
    void aPerfectScoreStillHasAnInterval();
    void pairedDifferenceIsSharperThanTwoIntervals();
    void mcNemarEqualsTheBinomial();
    void holmStepsDown();
    void rotationsAverageAndDemandAll();
    void placesTurnBack();
    void pairsNeedBoth();
    void impossibleInputIsRefused();
};

namespace {

constexpr double rounding = 1e-12;

std::vector<std::size_t> oneEach(std::size_t count)
{
    std::vector<std::size_t> clusters(count);
    std::iota(clusters.begin(), clusters.end(), std::size_t{0});
    return clusters;
}

std::vector<double> coinFlips(std::size_t count, double share, std::uint64_t seed)
{
    RandomStream random(seed, "test coin");
    std::vector<double> values(count);
    for (double& v : values)
        v = random.chance(share) ? 1.0 : 0.0;
    return values;
}

double width(const Interval& i)
{
    return i.high - i.low;
}

} // namespace

void StatisticsTest::wilsonEqualsItsFormula()
{
    constexpr double printedDigits = 1e-4;
    // Newcombe 1998, table I: 81 of 263 gives 0.2553 .. 0.3662; 15 of 148 gives 0.0624 .. 0.1605; 0 of 20: 0 .. 0.1611.
    const auto a = wilsonInterval(81, 263);
    QVERIFY(std::abs(a.low - 0.2553) < printedDigits && std::abs(a.high - 0.3662) < printedDigits);
    const auto b = wilsonInterval(15, 148);
    QVERIFY(std::abs(b.low - 0.0624) < printedDigits && std::abs(b.high - 0.1605) < printedDigits);
    const auto c = wilsonInterval(0, 20);
    QVERIFY(c.low < rounding && std::abs(c.high - 0.1611) < printedDigits);
    QCOMPARE(wilsonInterval(0, 0), (Interval{0.0, 1.0}));
}

void StatisticsTest::quantilesInterpolate()
{
    const std::vector<double> sorted{1.0, 2.0, 4.0, 8.0};
    QCOMPARE(quantile(sorted, 0.0), 1.0);
    QCOMPARE(quantile(sorted, 1.0), 8.0);
    QCOMPARE(quantile(sorted, 0.5), 3.0);
    QVERIFY(std::abs(quantile(sorted, 0.75) - 5.0) < rounding);
}

void StatisticsTest::bootstrapEqualsItsEnumeration()
{
    // One scene with two right answers, three scenes with one wrong answer each. The first scene is drawn k times of
    // four, k binomial with 1/4: P(k <= 1) = 0.738, P(k <= 2) = 0.949, P(k <= 3) = 0.996; the mean is then 2k / (4 +
    // k).
    const std::vector<double> values{0.0, 1.0, 0.0, 1.0, 0.0};
    const std::vector<std::size_t> clusters{7, 3, 8, 3, 9};
    const auto wide = bootstrapMean(values, clusters);
    QCOMPARE(wide.low, 0.0);
    QVERIFY(std::abs(wide.high - 6.0 / 7.0) < rounding);
    BootstrapOptions narrow;
    narrow.level = 0.8;
    const auto inner = bootstrapMean(values, clusters, narrow);
    QCOMPARE(inner.low, 0.0);
    QVERIFY(std::abs(inner.high - 4.0 / 6.0) < rounding);
}

void StatisticsTest::bootstrapApproachesTheNormalInterval()
{
    constexpr std::size_t n = 1000;
    const auto values = coinFlips(n, 0.6, 5);
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    const double half = 1.96 * std::sqrt(mean * (1.0 - mean) / n);
    const auto i = bootstrapMean(values, oneEach(n));
    constexpr double samplingError = 0.004; // 2.5 standard errors of a 2.5 % quantile of 2,000 resamples
    QVERIFY(std::abs(i.low - (mean - half)) < samplingError);
    QVERIFY(std::abs(i.high - (mean + half)) < samplingError);
}

void StatisticsTest::fewScenesShowNoDifference()
{
    const auto differing = [](std::size_t n) {
        const std::vector<double> right(n, 1.0), wrong(n, 0.0);
        std::vector<std::size_t> scenes(n);
        std::iota(scenes.begin(), scenes.end(), std::size_t{0});
        return pairedBootstrap(right, wrong, scenes);
    };
    QCOMPARE(differing(3).p, 0.25); // as the exact sign test: 2 / 2^3
    QVERIFY(!differing(3).isClear());
    QVERIFY(differing(10).isClear() && differing(10).p >= 2.0 / 1024.0);
}

void StatisticsTest::questionsAboutOneSceneCountTogether()
{
    // Ten copies of each answer add no knowledge: the interval must be that of one copy, not narrower.
    const auto once = coinFlips(200, 0.5, 9);
    std::vector<double> tenfold;
    std::vector<std::size_t> scenes;
    for (std::size_t i = 0; i < once.size(); ++i)
        for (int copy = 0; copy < 10; ++copy) {
            tenfold.push_back(once[i]);
            scenes.push_back(i);
        }
    const auto honest = bootstrapMean(tenfold, scenes);
    const auto alone = bootstrapMean(once, oneEach(once.size()));
    QVERIFY(std::abs(honest.low - alone.low) < rounding && std::abs(honest.high - alone.high) < rounding);
    const auto naive = bootstrapMean(tenfold, oneEach(tenfold.size()));
    QVERIFY(width(honest) > 2.5 * width(naive)); // sqrt(10) = 3.2
}

void StatisticsTest::theSameSeedGivesTheSameBits()
{
    auto values = coinFlips(300, 0.4, 2);
    auto clusters = oneEach(300);
    const auto first = bootstrapMean(values, clusters);
    QCOMPARE(bootstrapMean(values, clusters), first);
    std::reverse(values.begin(), values.end());
    std::reverse(clusters.begin(), clusters.end());
    QCOMPARE(bootstrapMean(values, clusters), first);
    BootstrapOptions other;
    other.seed = 2;
    QVERIFY(bootstrapMean(values, clusters, other) != first);
}

void StatisticsTest::aPerfectScoreStillHasAnInterval()
{
    const std::vector<double> perfect(30, 1.0);
    const auto i = bootstrapRate(perfect, oneEach(30));
    QCOMPARE(i, wilsonInterval(30, 30));
    QVERIFY(i.low < 0.9);
    const std::vector<std::size_t> oneScene(30, 4);
    QCOMPARE(bootstrapRate(perfect, oneScene), (Interval{0.0, 1.0}));
    const auto mixed = coinFlips(30, 0.5, 1);
    QCOMPARE(bootstrapRate(mixed, oneEach(30)), bootstrapMean(mixed, oneEach(30)));
}

void StatisticsTest::pairedDifferenceIsSharperThanTwoIntervals()
{
    // The second system has everything the first has right, and 20 more of 400.
    auto a = coinFlips(400, 0.5, 3);
    auto b = a;
    int changed = 0;
    for (double& v : b)
        if (v == 0.0 && changed < 20) {
            v = 1.0;
            ++changed;
        }
    const auto d = pairedBootstrap(b, a, oneEach(400));
    QVERIFY(std::abs(d.difference - 0.05) < rounding);
    QVERIFY(d.isClear() && d.p < 0.01);
    QVERIFY(width(d.interval) < 0.6 * width(bootstrapMean(a, oneEach(400))));
    const auto none = pairedBootstrap(a, a, oneEach(400));
    QCOMPARE(none.difference, 0.0);
    QCOMPARE(none.p, 1.0);
    QVERIFY(!none.isClear());
}

void StatisticsTest::mcNemarEqualsTheBinomial()
{
    QCOMPARE(mcNemarExact(0, 0), 1.0);
    QCOMPARE(mcNemarExact(4, 4), 1.0);
    QVERIFY(std::abs(mcNemarExact(1, 9) - 2.0 * 11.0 / 1024.0) < rounding); // (C(10,0) + C(10,1)) / 2^10, twice
    QVERIFY(std::abs(mcNemarExact(9, 1) - mcNemarExact(1, 9)) < rounding);
    QVERIFY(std::abs(mcNemarExact(0, 5) - 2.0 / 32.0) < rounding);
    const double tiny = mcNemarExact(100, 2000); // 2^-2100 is below any double
    QVERIFY(tiny >= 0.0 && tiny < 1e-300);
}

void StatisticsTest::holmStepsDown()
{
    // Holm 1979: smallest times 3, next times 2, largest times 1, never falling.
    const std::vector<double> p{0.04, 0.01, 0.03};
    const auto adjusted = holmAdjusted(p);
    QVERIFY(std::abs(adjusted[1] - 0.03) < rounding);
    QVERIFY(std::abs(adjusted[2] - 0.06) < rounding);
    QVERIFY(std::abs(adjusted[0] - 0.06) < rounding);
    QCOMPARE(holmAdjusted(std::vector<double>{0.6, 0.7}), (std::vector<double>{1.0, 1.0}));
    QVERIFY(holmAdjusted({}).empty());
}

void StatisticsTest::rotationsAverageAndDemandAll()
{
    const std::vector<std::vector<bool>> items{{true, true, true, true}, {true, false, true, false}, {false, false}};
    const auto s = scoreRotations(items);
    QCOMPARE(s.items, 3);
    QCOMPARE(s.average, 0.5);
    QVERIFY(std::abs(s.allRight - 1.0 / 3.0) < rounding);
}

void StatisticsTest::placesTurnBack()
{
    // [A B C D] rotated by 1 is [B C D A]: B stands first, A last.
    QCOMPARE(placeInRotation(1, 1, 4), std::size_t{0});
    QCOMPARE(placeInRotation(0, 1, 4), std::size_t{3});
    for (std::size_t count = 2; count <= 8; ++count)
        for (std::size_t r = 0; r < count; ++r)
            for (std::size_t i = 0; i < count; ++i)
                QCOMPARE(indexFromPlace(placeInRotation(i, r, count), r, count), i);
}

void StatisticsTest::pairsNeedBoth()
{
    const std::vector<std::array<bool, 2>> pairs{{true, true}, {true, false}, {false, true}, {false, false}};
    const auto s = scorePairs(pairs);
    QCOMPARE(s.pairs, 4);
    QCOMPARE(s.bothRight, 1);
    QCOMPARE(s.oneRight, 2);
}

void StatisticsTest::impossibleInputIsRefused()
{
    const std::vector<double> two{0.0, 1.0};
    const std::vector<std::size_t> three{1, 2, 3};
    const std::vector<std::size_t> same{1, 1};
    QVERIFY(!test::errorOf([&] { (void)bootstrapMean(two, three); }).empty());
    QVERIFY(!test::errorOf([&] { (void)bootstrapMean(two, same); }).empty());
    BootstrapOptions few;
    few.samples = 10;
    QVERIFY(!test::errorOf([&] { (void)bootstrapMean(two, oneEach(2), few); }).empty());
    const std::vector<std::vector<bool>> notAsked{{}};
    QVERIFY(!test::errorOf([&] { (void)scoreRotations(notAsked); }).empty());
}

QTEST_GUILESS_MAIN(StatisticsTest)
#include "StatisticsTest.moc"
