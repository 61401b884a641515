// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/AtomicFile.h"
#include "core/support/ChildProcess.h"
#include "core/support/Json.h"
#include "core/support/LineFile.h"
#include "core/support/Median.h"
#include "core/support/OrderedWork.h"
#include "core/support/Parallel.h"
#include "core/support/Random.h"
#include "core/support/Sha256.h"
#include "core/support/Toml.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <atomic>

using namespace binaurium;

class SupportTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void randomStreamsAreNamedBySeedStreamAndIndex();
    void randomNumbersHaveTheirDistribution();
    void theMedianIsTheMiddleOrTheMeanOfTwo();
    void sha256EqualsThePublishedVectors();
    void aFailedWriteKeepsTheOldFile();
    void jsonErrorsNameFileAndPlace();
    void hostileJsonIsRefused_data();
    void hostileJsonIsRefused();
    void unknownMembersAreListed();
    void newerVersionsAreRefusedWithBothNumbers();
    void tomlIsReadAndWrittenBack();
    void parallelForVisitsEveryIndexOnceAndRethrows();
    void linesAreReadInBoundedMemoryAndNamed();
    void orderedWorkTakesResultsInTheOrderOfTheThings();
    void orderedWorkHoldsNoMoreThanItsWindow();
    void orderedWorkStopsAtTheFirstFailure();
    void orderedWorkThatIsNotFinishedDropsTheRest();
    void childProgramsGetTheirArgumentsUnchanged();
};

void SupportTest::randomStreamsAreNamedBySeedStreamAndIndex()
{
    QCOMPARE(RandomStream(1, "a", 2).bits(), RandomStream(1, "a", 2).bits());
    QVERIFY(RandomStream(1, "a", 2).bits() != RandomStream(1, "a", 3).bits());
    QVERIFY(RandomStream(1, "a", 2).bits() != RandomStream(1, "b", 2).bits());
    QVERIFY(RandomStream(1, "a", 2).bits() != RandomStream(2, "a", 2).bits());
}

void SupportTest::randomNumbersHaveTheirDistribution()
{
    constexpr int n = 200'000;
    constexpr double fiveSigma = 5.0;
    RandomStream random(3, "distribution");
    double mean = 0.0, square = 0.0, uniform = 0.0;
    std::array<int, 7> counts{};
    for (int i = 0; i < n; ++i) {
        const double x = random.normal();
        mean += x / n;
        square += x * x / n;
        uniform += random.uniform() / n;
        ++counts[random.below(counts.size())];
    }
    QVERIFY(std::abs(mean) < fiveSigma / std::sqrt(n));
    QVERIFY(std::abs(square - 1.0) < fiveSigma * std::sqrt(2.0 / n));
    QVERIFY(std::abs(uniform - 0.5) < fiveSigma / std::sqrt(12.0 * n));
    for (const int count : counts)
        QVERIFY(std::abs(count - n / 7.0) < fiveSigma * std::sqrt(n / 7.0));
}

void SupportTest::theMedianIsTheMiddleOrTheMeanOfTwo()
{
    QCOMPARE(median({}), 0.0);
    QCOMPARE(median({4.0}), 4.0);
    QCOMPARE(median({9.0, 1.0, 4.0}), 4.0);
    QCOMPARE(median({9.0, 1.0, 4.0, 2.0}), 3.0);
    QCOMPARE(median({2.0, 2.0, 7.0, 2.0}), 2.0);
}

void SupportTest::sha256EqualsThePublishedVectors() // FIPS 180-4 examples
{
    QCOMPARE(sha256("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(sha256(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}

void SupportTest::aFailedWriteKeepsTheOldFile()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "file");
    writeFileAtomically(path, "old");
    const auto error = test::errorOf([&] {
        replaceFileAtomically(path, [](const std::filesystem::path& temporary) {
            test::writeBytes(temporary, "half");
            throw badInput("disk", "is full");
        });
    });
    QVERIFY(!error.empty());
    QCOMPARE(readFile(path), std::string("old"));
    QCOMPARE(
        std::distance(std::filesystem::directory_iterator(path.parent_path()), std::filesystem::directory_iterator()),
        std::ptrdiff_t{1});
    ErrorKind kind{};
    QVERIFY(!test::errorOf([&] { writeFileAtomically(test::scratch(folder, "no/such/folder"), "x"); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::BadInput);
    QVERIFY(!test::errorOf([&] { (void)readFile(path, 2); }).empty());
}

void SupportTest::jsonErrorsNameFileAndPlace()
{
    const Json json = parseJson(R"({"sources":[{"gain_db":0},{"gain_db":"loud"}]})", "s.json");
    const JsonObject root(json, "s.json");
    const auto sources = root.objects("sources");
    const auto error = test::errorOf([&] { (void)sources[1].number("gain_db", -60, 24); });
    QVERIFY2(error.find("s.json") != std::string::npos && error.find("sources[1].gain_db") != std::string::npos,
             error.c_str());
    QVERIFY(!test::errorOf([&] { (void)sources[0].number("gain_db", 1, 24); }).empty());
}

void SupportTest::hostileJsonIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("duplicate key") << QByteArray(R"({"a":1,"a":2})");
    QTest::newRow("not a number") << QByteArray(R"({"a":NaN})");
    QTest::newRow("number too large") << QByteArray(R"({"a":1e999})");
    QTest::newRow("too deep") << QByteArray(2000, '[');
    QTest::newRow("rest behind the end") << QByteArray("{} {}");
    QTest::newRow("bad utf-8") << QByteArray("{\"a\":\"\xff\"}");
}

void SupportTest::hostileJsonIsRefused()
{
    QFETCH(QByteArray, text);
    ErrorKind kind{};
    QVERIFY(!test::errorOf([&] { (void)parseJson(text.toStdString(), "x"); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::BadInput);
}

void SupportTest::unknownMembersAreListed()
{
    const Json json = parseJson(R"({"known":1,"new":{"x":2}})", "x");
    const JsonObject object(json, "x");
    QCOMPARE(object.integer("known", 0, 5), std::int64_t{1});
    QCOMPARE(object.unknownKeys().size(), std::size_t{1});
    QCOMPARE(object.unknownMembers().dump(), std::string(R"({"new":{"x":2}})"));
}

void SupportTest::newerVersionsAreRefusedWithBothNumbers()
{
    const Json json = {{"format", "binaurium-scene"}, {"version", 7}};
    const auto error = test::errorOf([&] { checkFormat(JsonObject(json, "f"), "binaurium-scene", 1); });
    QVERIFY2(error.find('7') != std::string::npos && error.find('1') != std::string::npos, error.c_str());
    QVERIFY(!test::errorOf([&] { checkFormat(JsonObject(json, "f"), "binaurium-item", 9); }).empty());
}

void SupportTest::tomlIsReadAndWrittenBack()
{
    const Json json =
        parseToml("a = 1\nb = [1.5, 2.0]\n[t]\nc = \"x\\\"y\"\nd = true\n[[l]]\ne = 1\n[[l]]\ne = 2\n", "f.toml");
    QCOMPARE(json["t"]["c"].get<std::string>(), std::string("x\"y"));
    QCOMPARE(parseToml(writeToml(json), "again").dump(), json.dump());
    Json changed = json;
    setTomlValue(changed, "t.c=plain words");
    setTomlValue(changed, "t.new=2.5");
    QCOMPARE(changed["t"]["c"].get<std::string>(), std::string("plain words"));
    QCOMPARE(changed["t"]["new"].get<double>(), 2.5);
    const auto error = test::errorOf([] { (void)parseToml("a = \nb = 2", "f.toml"); });
    QVERIFY2(error.find("f.toml") != std::string::npos && error.find('1') != std::string::npos, error.c_str());
}

void SupportTest::linesAreReadInBoundedMemoryAndNamed()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "lines.jsonl");
    const std::string longest(1U << 20, 'x');
    test::writeBytes(path, "one\r\n\n  \t\ntwo\n" + longest + "\nlast");
    LineFile lines(path);
    QVERIFY(lines.next());
    QCOMPARE(lines.line(), std::string_view("one"));
    QVERIFY(lines.next());
    QCOMPARE(lines.line(), std::string_view("two"));
    QVERIFY(lines.place().ends_with("lines.jsonl: line 4"));
    QVERIFY(lines.next());
    QCOMPARE(lines.line().size(), longest.size());
    QVERIFY(lines.next());
    QCOMPARE(lines.line(), std::string_view("last"));
    QVERIFY(!lines.next());

    test::writeBytes(path, "one\n" + longest + longest + "\n");
    LineFile hostile(path);
    QVERIFY(hostile.next());
    QVERIFY(test::errorOf([&] { (void)hostile.next(); }).find("lines.jsonl: line 2") != std::string::npos);
    QVERIFY(!test::errorOf([&] { LineFile none(test::scratch(folder, "none")); }).empty());
    QVERIFY(!test::errorOf([&] { (void)LineFile(folder.path().toStdString()).next(); }).empty());
}

void SupportTest::orderedWorkTakesResultsInTheOrderOfTheThings()
{
    std::vector<int> taken;
    OrderedWork<int, int> work(
        4, 8,
        [](const int& i) {
            std::this_thread::sleep_for(std::chrono::microseconds(i % 7 * 100)); // later ones are often ready before
            return i * i;
        },
        [&](const int& i, int&& square) { taken.push_back(square - i); });
    for (int i = 0; i < 300; ++i)
        work.add(int(i));
    work.finish();
    QCOMPARE(taken.size(), 300U);
    for (int i = 0; i < 300; ++i)
        QCOMPARE(taken[static_cast<std::size_t>(i)], i * i - i);
}

void SupportTest::orderedWorkHoldsNoMoreThanItsWindow()
{
    std::atomic<int> held = 0;
    int most = 0;
    OrderedWork<int, int> work(
        4, 6, [](const int& i) { return i; }, [&](const int&, int&&) { --held; });
    for (int i = 0; i < 200; ++i) {
        work.add(int(i));
        most = std::max(most, ++held);
    }
    work.finish();
    QVERIFY2(most <= 6 + 1, std::to_string(most).c_str()); // one may be on its way out
}

void SupportTest::orderedWorkStopsAtTheFirstFailure()
{
    for (const bool whileTaking : {false, true}) {
        std::vector<int> taken;
        const auto failAtTwenty = [](int i, bool here) {
            if (here && i == 20)
                throw std::runtime_error("twenty");
        };
        std::string problem;
        try {
            OrderedWork<int, int> work(
                3, 5,
                [&](const int& i) {
                    failAtTwenty(i, !whileTaking);
                    return i;
                },
                [&](const int& i, int&&) {
                    failAtTwenty(i, whileTaking);
                    taken.push_back(i);
                });
            for (int i = 0; i < 1000; ++i)
                work.add(int(i));
            work.finish();
        } catch (const std::runtime_error& e) {
            problem = e.what();
        }
        QCOMPARE(problem, std::string("twenty"));
        QVERIFY(taken.size() <= 20U);
        for (std::size_t k = 0; k < taken.size(); ++k)
            QCOMPARE(taken[k], static_cast<int>(k));
    }
}

void SupportTest::orderedWorkThatIsNotFinishedDropsTheRest()
{
    std::atomic<int> made = 0;
    {
        OrderedWork<int, int> work(
            1, 50,
            [&](const int& i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                ++made;
                return i;
            },
            [](const int&, int&&) {});
        for (int i = 0; i < 50; ++i)
            work.add(int(i));
    }
    QVERIFY2(made < 50, std::to_string(made).c_str());
}

void SupportTest::parallelForVisitsEveryIndexOnceAndRethrows()
{
    std::vector<std::atomic<int>> visits(1000);
    parallelFor(1000, 4, [&](std::int64_t i) { ++visits[static_cast<std::size_t>(i)]; });
    for (const auto& count : visits)
        QCOMPARE(count.load(), 1);
    ErrorKind kind{};
    const auto error = test::errorOf(
        [] {
            parallelFor(100, 4, [](std::int64_t i) {
                if (i == 17)
                    throw badInput("item 17", "is bad");
            });
        },
        &kind);
    QVERIFY(error.find("item 17") != std::string::npos);
    QVERIFY(!test::errorOf(
                 [] {
                     parallelFor(
                         400, 2, [](std::int64_t) { QTest::qSleep(2); }, [](const Progress&) { return false; });
                 },
                 &kind)
                 .empty());
    QCOMPARE(kind, ErrorKind::Interrupted);
}

void SupportTest::childProgramsGetTheirArgumentsUnchanged()
{
    const auto result = runProgram({"printf", "%s|", "a b", "$HOME", "; rm -rf x", "\"q\""});
    QCOMPARE(result.exitCode, 0);
    QCOMPARE(result.output, std::string("a b|$HOME|; rm -rf x|\"q\"|"));
    QCOMPARE(runProgram({"cat"}, "text by stdin").output, std::string("text by stdin"));
    ErrorKind kind{};
    QVERIFY(!test::errorOf([] { (void)runProgram({"no-such-program-here"}); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::Missing);
}

QTEST_GUILESS_MAIN(SupportTest)
#include "SupportTest.moc"
