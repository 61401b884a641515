// SPDX-License-Identifier: GPL-3.0-or-later
// Systems beside the model: what ears without language answer, listeners, and other results about the same items.
#include "core/audio/AudioFile.h"
#include "core/benchmark/report/Failures.h"
#include "core/benchmark/report/ListenerSession.h"
#include "core/benchmark/report/ReportFolder.h"
#include "core/dataset/HeardAnswers.h"
#include "core/dataset/Program.h"
#include "core/support/AtomicFile.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <algorithm>
#include <set>

using namespace binaurium;

class SystemsTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void theProgramReadsWhatWasHeard();
    void oneRunAtATimeWritesResults();
    void exportsAreNotMixed();
    void bordersGoToTheNearestWord();
    void whatWasNotHeardHasNoAnswer();
    void aDirectionAnswersOnlyDirections();
    void heardSourcesBecomeSentences();
    void listenersAreOneRow();
    void resultsOfOtherDataAreRefused();
    void aListenerHearsEveryItemOnce();
    void failuresAreToldAndLinked();
};

namespace {

Item where(const std::string& label, const std::string& answer = "left")
{
    Item i;
    i.id = "item";
    i.question = "Where is it?";
    i.options = {"front", "left", "behind", "right"};
    i.answer = answer;
    i.program = {{"op", "quadrant"}, {"of", {{"op", "select"}, {"label", label}}}};
    i.split = "test";
    return i;
}

HeardSource heard(const std::string& label, double azimuthDeg, double distanceM = 1.0)
{
    return {label, {azimuthDeg, 0.0}, distanceM, 0.0, 2.0};
}

// A report of four items about nothing, all answered "front".
std::filesystem::path report(const QTemporaryDir& folder)
{
    std::string items, answers;
    for (int i = 0; i < 4; ++i) {
        auto item = where("dog", i == 0 ? "front" : "left");
        item.id = "item-" + std::to_string(i);
        items += itemToJson(item).dump() + "\n";
        answers += Json{{"id", item.id}, {"scores", {0.0, -1.0, -1.0, -1.0}}}.dump() + "\n";
    }
    test::writeBytes(test::scratch(folder, "items.jsonl"), items);
    test::writeBytes(test::scratch(folder, "answers.jsonl"), answers);
    const auto path = test::scratch(folder, "report");
    (void)scorePredictions(readBenchmarkData(test::scratch(folder, "items.jsonl"), {}), "test",
                           test::scratch(folder, "answers.jsonl"), "always front", path, {});
    return path;
}

ResultLine chose(const std::string& id, std::size_t option)
{
    ResultLine line;
    line.id = id;
    line.scores.assign(4, -1.0);
    line.scores[option] = 0.0;
    return line;
}

} // namespace

void SystemsTest::theProgramReadsWhatWasHeard()
{
    QCOMPARE(*answerOfHeard(where("dog"), {heard("dog", 80), heard("bell", 0)}), std::size_t{1});
    QCOMPARE(*answerOfHeard(where("bell"), {heard("dog", 80), heard("bell", 0)}), std::size_t{0});
    Item nearest = where("dog");
    nearest.options = {"yes", "no"};
    nearest.program = {{"op", "exists"}, {"label", "dog"}};
    QCOMPARE(*answerOfHeard(nearest, {heard("dog", 80)}), std::size_t{0});
    QCOMPARE(*answerOfHeard(nearest, {}), std::size_t{1}); // nothing heard: it is not there
}

void SystemsTest::oneRunAtATimeWritesResults()
{
    const QTemporaryDir folder;
    const auto file = test::scratch(folder, "results.jsonl");
    const ResultKey key{"m", "1", "data", 1};
    {
        ResultFile first(file, key);
        first.add({chose("item-0", 1)});
        const auto error = test::errorOf([&] { ResultFile second(file, key); });
        QVERIFY2(error.find("another run") != std::string::npos, error.c_str());
    }
    QCOMPARE(ResultFile(file, key).earlier().size(), std::size_t{1});
}

void SystemsTest::exportsAreNotMixed()
{
    const QTemporaryDir folder;
    const auto exported = [&](const char* label, const char* to) {
        auto item = where(label, "front");
        item.id = "same";
        item.margins = {{"audio", "same.wav"}};
        test::writeBytes(test::scratch(folder, "items.jsonl"), itemToJson(item).dump() + "\n");
        return exportBenchmark(readBenchmarkData(test::scratch(folder, "items.jsonl"), {}), {},
                               test::scratch(folder, to), {});
    };
    QCOMPARE(exported("dog", "out"), std::int64_t{0}); // there is no such file
    QVERIFY(std::filesystem::exists(test::scratch(folder, "out/problems.jsonl")));
    AudioBuffer audio(2, 3200, 32000.0);
    audio.channel(0)[0] = 0.5F;
    writeAudio(audio, test::scratch(folder, "same.wav"));
    const auto other = test::errorOf([&] { (void)exported("bell", "out"); });
    QVERIFY2(other.find("other questions") != std::string::npos, other.c_str());
    QCOMPARE(exported("dog", "new"), std::int64_t{1});
    QCOMPARE(exported("dog", "new"), std::int64_t{1}); // goes on
    const auto prompts = readFile(test::scratch(folder, "new/prompts.jsonl"));
    audio.channel(0)[0] = 0.25F; // another recording of the same name is other data
    writeAudio(audio, test::scratch(folder, "same.wav"));
    QVERIFY(!test::errorOf([&] { (void)exported("dog", "new"); }).empty());
    QCOMPARE(readFile(test::scratch(folder, "new/prompts.jsonl")), prompts);
    std::filesystem::create_directories(test::scratch(folder, "mine"));
    test::writeBytes(test::scratch(folder, "mine/thesis.txt"), "my own");
    QVERIFY(!test::errorOf([&] { (void)exported("dog", "mine"); }).empty());
}

void SystemsTest::bordersGoToTheNearestWord()
{
    QCOMPARE(*answerOfHeard(where("dog"), {heard("dog", 44)}), std::size_t{0});
    QCOMPARE(*answerOfHeard(where("dog"), {heard("dog", 47)}), std::size_t{1});
    QCOMPARE(*answerOfHeard(where("dog"), {heard("dog", -134)}), std::size_t{3});
    QCOMPARE(*answerOfHeard(where("dog"), {heard("dog", -136)}), std::size_t{2});
    Item far = where("dog");
    far.options = {"near", "far"};
    far.program = {{"op", "distance"}, {"of", {{"op", "select"}, {"label", "dog"}}}};
    QCOMPARE(*answerOfHeard(far, {heard("dog", 0, 1.0)}), std::size_t{0}); // in the gap from 0.9 to 1.2 m
    QCOMPARE(*answerOfHeard(far, {heard("dog", 0, 2.3)}), std::size_t{1});
}

void SystemsTest::whatWasNotHeardHasNoAnswer()
{
    QVERIFY(!answerOfHeard(where("dog"), {heard("bell", 80)}));
    QVERIFY(!answerOfHeard(where("dog"), {heard("dog", 80), heard("dog", 0)})); // which of the two?
    Item room = where("dog");
    room.options = {"dry", "moderate"};
    room.program = {{"op", "reverberation"}};
    QVERIFY(!answerOfHeard(room, {heard("dog", 80)}));
    Item recorded = where("dog");
    recorded.program = nullptr;
    QVERIFY(!answerOfHeard(recorded, {heard("dog", 80)}));
}

void SystemsTest::aDirectionAnswersOnlyDirections()
{
    QCOMPARE(*answerOfDirection(where("dog"), -80.0), std::size_t{3});
    Item distance = where("dog");
    distance.options = {"near", "far"};
    distance.program = {{"op", "distance"}, {"of", {{"op", "select"}, {"label", "dog"}}}};
    QVERIFY(!answerOfDirection(distance, 0.0));
    Item two = where("dog");
    two.options = {"left", "right"};
    two.program = {{"op", "is"},
                   {"relation", "left"},
                   {"a", {{"op", "select"}, {"label", "dog"}}},
                   {"b", {{"op", "select"}, {"label", "bell"}}}};
    QVERIFY(!answerOfDirection(two, 0.0));
}

void SystemsTest::heardSourcesBecomeSentences()
{
    const auto text = heardInWords({heard("dog", 80, 2.0), heard("bell", -30)});
    QVERIFY2(text.find("azimuth 80 degrees") != std::string::npos, text.c_str());
    QVERIFY(text.find("2.0 metres") != std::string::npos && text.find("azimuth -30 degrees") != std::string::npos);
    QCOMPARE(heardInWords({}), std::string("Nothing was heard."));
}

void SystemsTest::listenersAreOneRow()
{
    const QTemporaryDir folder;
    const auto path = report(folder);
    auto key = readReport(path).key;
    key.model = "anna";
    systemFile(path, "human-anna", key).add({chose("item-0", 0), chose("item-1", 1)});
    key.model = "ben";
    systemFile(path, "human-ben", key).add({chose("item-0", 3), chose("item-2", 1)});
    key.model = "nobody";
    (void)systemFile(path, "human-nobody", key); // has not answered yet
    const auto r = refreshReport(path);
    const auto* row = r.find("human (2 listeners)", "none", "likelihood", "all");
    QVERIFY(row != nullptr);
    QCOMPARE(row->n, 3);
    QCOMPARE(row->score, (0.5 + 1.0 + 1.0) / 3.0); // item-0: one of two listeners
    QVERIFY(row->interval.low < row->score);
    QCOMPARE(r.find("model", "none", "likelihood", "all")->score, 0.25);
    QCOMPARE(reportToJson(readReport(path)).dump(), reportToJson(r).dump());
}

void SystemsTest::resultsOfOtherDataAreRefused()
{
    const QTemporaryDir folder;
    const auto path = report(folder);
    auto key = readReport(path).key;
    key.dataSha256 = "other";
    systemFile(path, "guest", key).add({chose("item-0", 0)});
    QVERIFY(test::errorOf([&] { (void)refreshReport(path); }).find("other data") != std::string::npos);
    std::filesystem::remove(path / "systems" / "guest.jsonl");
    key = readReport(path).key;
    key.model = "guest";
    systemFile(path, "guest", key).add({chose("item-9", 0)});
    QVERIFY(test::errorOf([&] { (void)refreshReport(path); }).find("item-9") != std::string::npos);
}

void SystemsTest::aListenerHearsEveryItemOnce()
{
    const QTemporaryDir folder;
    const auto path = report(folder);
    std::set<std::string> heard;
    {
        ListenerSession session(path, "anna", 3);
        QCOMPARE(session.total(), std::size_t{3});
        QVERIFY(test::errorOf([&] { session.answer(0, 1.0); }).find("listen") != std::string::npos);
        session.played();
        session.played();
        QVERIFY(!test::errorOf([&] { session.answer(4, 1.0); }).empty());
        heard.insert(session.current()->id);
        session.answer(1, 2.5);
    }
    ListenerSession session(path, "anna", 3); // goes on
    QCOMPARE(session.answered(), std::size_t{1});
    while (session.current() != nullptr) {
        QVERIFY(heard.insert(session.current()->id).second);
        session.played();
        session.answer(1, 1.0);
    }
    QCOMPARE(heard.size(), std::size_t{3});
    // Another listener hears the same items.
    ListenerSession other(path, "ben", 3);
    for (; other.current() != nullptr; other.answer(0, 1.0)) {
        QVERIFY(heard.contains(other.current()->id));
        other.played();
    }
    const auto log = readFile(path / "listeners" / "anna.jsonl");
    QCOMPARE(std::count(log.begin(), log.end(), '\n'), 3);
    QVERIFY(log.find("\"plays\":2,\"seconds\":2.5") != std::string::npos);
    QCOMPARE(refreshReport(path).find("human (2 listeners)", "none", "likelihood", "all")->n, 3);
    ErrorKind kind = ErrorKind::Internal;
    QVERIFY(!test::errorOf([&] { ListenerSession(path, "a b"); }, &kind).empty());
    QVERIFY(kind == ErrorKind::Usage);
}

void SystemsTest::failuresAreToldAndLinked()
{
    const QTemporaryDir folder;
    const auto path = report(folder); // "front" for all: one of four is right
    auto key = readReport(path).key;
    key.model = "encoder alone";
    systemFile(path, "encoder", key).add({chose("item-0", 0), chose("item-1", 1), chose("item-2", 1)});
    (void)refreshReport(path);
    const auto out = test::scratch(folder, "failures");
    writeFailures(path, out, "results/m");
    const auto text = readFile(out / "failures.md");
    QVERIFY(text.find("chance 25.0 %") == std::string::npos); // as high as the model, not higher
    QVERIFY2(text.find("encoder alone 100.0 %") != std::string::npos, text.c_str());
    QVERIFY(text.find("[item-1](results/m/item-1.item.json)") != std::string::npos);
    QVERIFY(text.find("item-0.item.json") == std::string::npos); // that one is right
    const auto item = readJson(out / "item-1.item.json");
    QCOMPARE(item["id"].get<std::string>(), std::string("item-1"));
    QCOMPARE(item["answers"].size(), std::size_t{1});
}

QTEST_GUILESS_MAIN(SystemsTest)
#include "SystemsTest.moc"
