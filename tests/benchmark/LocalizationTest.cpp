// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/localization/Assignment.h"
#include "core/benchmark/localization/ClassicalLocalizer.h"
#include "core/benchmark/localization/LocalizationReport.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace binaurium;

class LocalizationTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void assignmentEqualsTheSearchOfAllOrders();
    void polarAnglesTurnAroundTheEars();
    void missedSourcesCountAsWrong();
    void bothDefinitionsOfEr20();
    void seldCountsByHand();
    void seldEqualsThePublicMetric();
    void seldCountsSurviveTheirFile();
    void delayAndLevelTellTheSide();
    void theReportHasItsGroups();
};

namespace {

constexpr double rounding = 1e-9;

double costOf(const std::vector<std::vector<double>>& cost, const std::vector<std::optional<std::size_t>>& columns)
{
    double sum = 0.0;
    for (std::size_t r = 0; r < cost.size(); ++r)
        sum += columns[r] ? cost[r][*columns[r]] : 0.0;
    return sum;
}

// Smallest cost over all orders of the larger side.
double leastCost(const std::vector<std::vector<double>>& cost)
{
    const std::size_t rows = cost.size();
    const std::size_t columns = cost[0].size();
    std::vector<std::size_t> order(std::max(rows, columns));
    std::iota(order.begin(), order.end(), std::size_t{0});
    double least = 1e300;
    do {
        double sum = 0.0;
        for (std::size_t i = 0; i < std::min(rows, columns); ++i)
            sum += rows <= columns ? cost[i][order[i]] : cost[order[i]][i];
        least = std::min(least, sum);
    } while (std::next_permutation(order.begin(), order.end()));
    return least;
}

LocalizationCase heard(double truth, double estimate)
{
    return {{truth, 0.0}, 1.0, {estimate, 0.0}, 1.0, 1.0, false, true};
}

std::vector<SeldEvent> eventsOf(const Json& rows)
{
    std::vector<SeldEvent> events;
    for (const Json& row : rows)
        events.push_back({row[0].get<std::size_t>(),
                          std::to_string(row[1].get<int>()),
                          {row[3].get<double>(), row[4].get<double>()}});
    return events;
}

} // namespace

void LocalizationTest::assignmentEqualsTheSearchOfAllOrders()
{
    RandomStream random(3, "assignment test");
    for (int trial = 0; trial < 200; ++trial) {
        std::vector<std::vector<double>> cost(1 + random.below(5), std::vector<double>(1 + random.below(5)));
        const auto columns = cost[0].size();
        for (auto& row : cost) {
            row.resize(columns);
            for (double& value : row)
                value = std::floor(random.uniform(0.0, 180.0));
        }
        const auto found = bestAssignment(cost);
        std::vector<std::size_t> used;
        for (const auto& column : found)
            if (column)
                used.push_back(*column);
        QCOMPARE(used.size(), std::min(cost.size(), columns));
        std::sort(used.begin(), used.end());
        QVERIFY(std::adjacent_find(used.begin(), used.end()) == used.end());
        QVERIFY(std::abs(costOf(cost, found) - leastCost(cost)) < rounding);
    }
    QVERIFY(bestAssignment({}).empty());
    QVERIFY(!bestAssignment({{}, {}})[0]);
}

void LocalizationTest::polarAnglesTurnAroundTheEars()
{
    const auto check = [](double azimuth, double elevation, double lateral, double polar) {
        const auto p = polarDirection({azimuth, elevation});
        return std::abs(p.lateralDeg - lateral) < 1e-6 && std::abs(azimuthDifferenceDeg(p.polarDeg, polar)) < 1e-6;
    };
    QVERIFY(check(0, 0, 0, 0));
    QVERIFY(check(30, 0, 30, 0));
    QVERIFY(check(150, 0, 30, 180));
    QVERIFY(check(-150, 0, -30, 180));
    QVERIFY(check(0, 90, 0, 90));
    QVERIFY(check(180, 45, 0, 135));
}

void LocalizationTest::missedSourcesCountAsWrong()
{
    auto missed = heard(0, 0);
    missed.missed = true;
    const auto s = scoreLocalization({heard(10, 10), missed});
    QCOMPARE(s.missed, 1);
    QVERIFY(std::abs(s.greatCircleMeanDeg - 45.0) < rounding); // (0 + 90) / 2
    QVERIFY(std::abs(s.azimuthMeanDeg - 45.0) < rounding);
    QCOMPARE(s.reversalShare, 0.5);
    QCOMPARE(s.er20Bat, 0.5);
    QCOMPARE(s.distanceWrong, 0.5);
    QCOMPARE(s.distanceCases, 1);
}

void LocalizationTest::bothDefinitionsOfEr20()
{
    // BAT: errors of 10, 25 and 150 degrees: two of three are above 20.
    const auto s = scoreLocalization({heard(0, 10), heard(0, 25), heard(30, 180)});
    QVERIFY(std::abs(s.er20Bat - 2.0 / 3.0) < rounding);
    // DCASE counts one source heard 25 degrees off as one false estimate without a missed source: an insertion.
    const auto seld = countSeld({{0, "dog", {0, 0}}}, {{0, "dog", {25, 0}}}, 1);
    QCOMPARE(seld.insertions, 1.0);
    QCOMPARE(macroSeld(seld).errorRate, 1.0);
}

void LocalizationTest::seldCountsByHand()
{
    // Second 1: the dog is matched at 10 degrees in one frame and 20 in another: mean 15, right. Second 2: the dog is
    // not heard, a bird is: one substitution.
    const std::vector<SeldEvent> truth{{0, "dog", {0, 0}}, {1, "dog", {0, 0}}, {12, "dog", {0, 0}}};
    const std::vector<SeldEvent> said{{0, "dog", {10, 0}}, {1, "dog", {20, 0}}, {12, "bird", {0, 0}}};
    const auto counts = countSeld(truth, said, 20);
    QCOMPARE(counts.classes.at("dog").right, 1.0);
    QCOMPARE(counts.classes.at("dog").missed, 1.0);
    QCOMPARE(counts.classes.at("dog").reference, 2.0);
    QCOMPARE(counts.classes.at("bird").extra, 1.0);
    QCOMPARE(counts.substitutions, 1.0);
    const auto macro = macroSeld(counts); // over the dog alone: the bird has no source
    QCOMPARE(macro.errorRate, 0.5);
    QVERIFY(std::abs(macro.f - 1.0 / 1.5) < rounding); // 1 / (1 + 0.5 * 1)
    QVERIFY(std::abs(macro.localizationErrorDeg - 15.0) < 1e-6);
    QCOMPARE(macro.localizationRecall, 0.5);
    const auto micro = microSeld(counts);
    QVERIFY(std::abs(micro.f - 0.5) < rounding); // 1 / (1 + 0.5 * (1 + 1))
    QCOMPARE(macroSeld(SeldCounts{}).localizationErrorDeg, 180.0);
}

void LocalizationTest::seldEqualsThePublicMetric()
{
    // Numbers that the public implementation of DCASE 2023 gives for these events; it clips cosines in double
    // precision.
    constexpr double otherArithmetic = 1e-9;
    const Json fixture = readJson(test::sourceFile("tests/benchmark/fixtures/seld.json"));
    const auto counts =
        countSeld(eventsOf(fixture["truth"]), eventsOf(fixture["predicted"]), fixture["frames"].get<std::size_t>());
    const auto same = [&](const SeldScore& score, const Json& expected) {
        return std::abs(score.errorRate - expected["er"].get<double>()) < otherArithmetic &&
               std::abs(score.f - expected["f"].get<double>()) < otherArithmetic &&
               std::abs(score.localizationErrorDeg - expected["le_deg"].get<double>()) < 1e-6 &&
               std::abs(score.localizationRecall - expected["lr"].get<double>()) < otherArithmetic &&
               std::abs(score.seld() - expected["seld"].get<double>()) < 1e-8;
    };
    QVERIFY(same(macroSeld(counts), fixture["macro"]));
    QVERIFY(same(microSeld(counts), fixture["micro"]));
}

void LocalizationTest::seldCountsSurviveTheirFile()
{
    const auto counts = countSeld({{0, "dog", {0, 0}}}, {{0, "dog", {5, 0}}, {0, "dog", {60, 0}}}, 10);
    const Json json = toJson(counts);
    QCOMPARE(seldCountsFromJson(JsonObject(json, "test")), counts);
    SeldCounts twice = counts;
    twice.add(counts);
    QCOMPARE(twice.classes.at("dog").right, 2.0);
    QCOMPARE(macroSeld(twice).f, macroSeld(counts).f);
}

void LocalizationTest::delayAndLevelTellTheSide()
{
    // Noise that reaches the left ear 12 samples (0.375 ms) earlier and 6 dB louder: 0.375 ms of the sphere are 43
    // degrees.
    RandomStream random(1, "classical test");
    std::vector<float> noise(32000 + 12);
    for (float& x : noise)
        x = static_cast<float>(0.1 * random.normal());
    AudioBuffer audio(2, 32000, 32000.0);
    for (std::size_t n = 0; n < 32000; ++n) {
        audio.channel(0)[n] = noise[n + 12];
        audio.channel(1)[n] = 0.5F * noise[n];
    }
    const auto left = localizeClassically(audio);
    constexpr double levelPull = 8.0; // the level of the sphere at this angle is another one than 6 dB
    QVERIFY2(std::abs(left.azimuthDeg - 43.0) < levelPull, qPrintable(QString::number(left.azimuthDeg)));
    QVERIFY(std::abs(left.levelDifferenceDb - 6.0) < 0.5);
    std::swap_ranges(audio.channel(0).begin(), audio.channel(0).end(), audio.channel(1).begin());
    QCOMPARE(localizeClassically(audio).azimuthDeg, -left.azimuthDeg);
}

void LocalizationTest::theReportHasItsGroups()
{
    std::vector<LocalizedScene> scenes;
    for (int i = 0; i < 6; ++i) {
        LocalizedScene scene;
        scene.cluster = "scene " + std::to_string(i);
        scene.groups = {"sources:1"};
        scene.still.push_back({heard(40, i < 3 ? 40 : 140), "dog", {"class:dog", distanceGroup(1.0)}});
        scene.classicalAzimuthDeg = 50.0;
        const Json json = toJson(scene);
        scenes.push_back(localizedSceneFromJson(JsonObject(json, "test")));
    }
    const auto report = localizationReport(scenes, {});
    const auto& all = report["groups"]["all"];
    QCOMPARE(all["cases"].get<int>(), 6);
    QCOMPARE(all["reversal_share"].get<double>(), 0.5);
    QVERIFY(std::abs(all["great_circle_mean_deg"].get<double>() - 50.0) < 1e-6);
    QVERIFY(all["great_circle_interval"][0].get<double>() < 50.0);
    QVERIFY(report["groups"].contains("class:dog") && report["groups"].contains("distance:1 to 2 m"));
    QVERIFY(std::abs(report["classical"]["great_circle_mean_deg"].get<double>() - 10.0) < 1e-6);
    QVERIFY(localizationToMarkdown(report).find("GCC-PHAT") != std::string::npos);
    QVERIFY(localizationReport({}, {}).is_null());
    QCOMPARE(localizationToMarkdown(nullptr), std::string("not measured\n"));
}

QTEST_GUILESS_MAIN(LocalizationTest)
#include "LocalizationTest.moc"
