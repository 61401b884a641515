// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/Baselines.h"
#include "core/benchmark/report/CompareReports.h"
#include "core/benchmark/report/Failures.h"
#include "core/benchmark/report/Predictions.h"
#include "core/benchmark/report/ReportFolder.h"
#include "core/benchmark/report/ReportTables.h"
#include "core/benchmark/report/Scoring.h"
#include "core/dataset/DatasetFolder.h"
#include "core/support/AtomicFile.h"
#include "core/support/Parallel.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <cmath>

using namespace binaurium;

class ReportTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void likelihoodAndTextAreScoredApart();
    void lettersFollowTheRotation();
    void wordsMirror();
    void rowsHaveScoresAndPriors();
    void failedItemsCountAsWrong();
    void failedItemsOfOtherSystemsCountByTheirScorersOnly();
    void reportsSurviveTheirFile();
    void constantAnswersAreBounded();
    void missingPredictionsCountAsWrong();
    void badPredictionsAreRefused();
    void scoresOfAnyScaleAreTaken();
    void questionsAboutOneRecordingAreOneCluster();
    void splitsAreNoPaths();
    void cutResultsAreAskedAgain();
    void otherKeysAreRefused();
    void faultyDataAreRefused();
    void samplesKeepTwinsTogether();
    void comparisonIsPaired();
    void freeAnswersAloneAreScored();
    void tablesOfOtherDataSaySo();
    void tablesAreEscaped();
};

namespace {

constexpr double rounding = 1e-12;

Item item(const std::string& id, const std::string& answer, const std::string& task = "direction")
{
    Item i;
    i.id = id;
    i.level = "L1";
    i.task = task;
    i.templateId = task + "-1";
    i.question = "Where is the dog?";
    i.options = {"left", "right"};
    i.answer = answer;
    i.split = "test";
    return i;
}

ResultLine line(const std::string& id, double left, double right, const std::string& control = "none", int rotation = 0)
{
    ResultLine l;
    l.id = id;
    l.control = control;
    l.rotation = rotation;
    l.scores = {left, right};
    return l;
}

ReportInput inputFor(int expected)
{
    ReportInput input;
    input.key = {"m_1", "abc", "def", 1};
    input.dataName = "data";
    input.split = "test";
    input.population = 10;
    input.expected = expected;
    return input;
}

// Four items; likelihoods get three right, and one under "mono".
struct Sample
{
    std::vector<Item> items{item("a", "left"), item("b", "right"), item("c", "left"), item("d", "right")};
    std::vector<ResultLine> lines{line("a", -0.1, -2), line("b", -2, -0.1), line("c", -0.1, -2), line("d", -0.1, -2)};
    Sample()
    {
        for (auto& l : lines)
            l.generated = "left";
        lines[1].generated = "no idea";
        for (const char* id : {"a", "b", "c", "d"})
            lines.push_back(line(id, id[0] == 'a' ? -0.1 : -3, id[0] == 'a' || id[0] == 'c' ? -2 : -5, "mono"));
    }
};

std::filesystem::path written(const QTemporaryDir& folder, const std::string& name, const std::string& text)
{
    const auto path = test::scratch(folder, name);
    test::writeBytes(path, text);
    return path;
}

std::string lineOf(const Item& i)
{
    return itemToJson(i).dump() + "\n";
}

} // namespace

void ReportTest::likelihoodAndTextAreScoredApart()
{
    auto l = line("a", -0.5, -0.2);
    l.generated = "It is on the left.";
    const auto s = scoreAnswer(item("a", "left"), l);
    QVERIFY(!s.rightByLikelihood && s.rightByText && s.understood);
    QCOMPARE(*s.chosen, std::size_t{1});
    QCOMPARE(*s.parsed, std::size_t{0});
    const auto p = optionProbabilities(l);
    QVERIFY(std::abs(p[0] + p[1] - 1.0) < rounding && p[1] > p[0]);
}

void ReportTest::lettersFollowTheRotation()
{
    auto l = line("a", -0.1, -2, "none", 1); // shown: right, left
    l.generated = "B";
    const auto s = scoreAnswer(item("a", "left"), l);
    QVERIFY(s.rightByText && s.rightByLikelihood);
    QCOMPARE(rotatedOptions({"a", "b", "c"}, 1), (std::vector<std::string>{"b", "c", "a"}));
}

void ReportTest::wordsMirror()
{
    QCOMPARE(mirroredWords("front left"), std::string("front right"));
    QCOMPARE(mirroredWords("left to right"), std::string("right to left"));
    QCOMPARE(mirroredWords("leftover"), std::string("leftover"));
}

void ReportTest::rowsHaveScoresAndPriors()
{
    const Sample sample;
    const auto r = makeReport(sample.items, sample.lines, inputFor(8));
    QVERIFY(r.isComplete());
    const auto* all = r.find("model", "none", "likelihood", "all");
    QVERIFY(all != nullptr);
    QCOMPARE(all->n, 4);
    QCOMPARE(all->score, 0.75);
    QVERIFY(all->interval.low < 0.75 && all->interval.high == 1.0);
    const auto* text = r.find("model", "none", "text", "all");
    QCOMPARE(text->score, 0.5); // "left" for a and c
    QCOMPARE(*text->parseRate, 0.75);
    const auto* mono = r.find("model", "mono", "likelihood", "task:direction");
    QCOMPARE(mono->score, 0.25);
    QCOMPARE(r.find("chance", "none", "likelihood", "all")->score, 0.5);
    QCOMPARE(r.differences.size(), std::size_t{3}); // all, L1, direction
    QCOMPARE(r.differences[0].control, std::string("mono"));
    QCOMPARE(r.differences[0].difference, 0.5);
    QVERIFY(r.differences[0].pAdjusted >= r.differences[0].p);
    QCOMPARE(r.letters.chosen[0], 3);
    QCOMPARE(r.letters.right[0], 2);
    QCOMPARE(r.confusions.size(), std::size_t{1});
    QCOMPARE(r.confusions[0].counts, (std::vector<std::vector<int>>{{2, 0}, {1, 1}}));
    QCOMPARE(r.failing, std::vector<std::string>{"d"});
}

void ReportTest::failedItemsCountAsWrong()
{
    Sample sample;
    sample.lines[0] = {"a", "none", 0, {}, {}, false, "a.wav: is missing"};
    const auto r = makeReport(sample.items, sample.lines, inputFor(9));
    QCOMPARE(r.find("model", "none", "likelihood", "all")->n, 4);
    QCOMPARE(r.find("model", "none", "likelihood", "all")->score, 0.5);
    QCOMPARE(r.find("model", "none", "text", "all")->n, 4);
    QCOMPARE(r.failedItems, 1);
    QCOMPARE(r.problems, std::vector<std::string>{"a.wav: is missing"});
    QVERIFY(!r.isComplete());
    QVERIFY(captionOf(r).find("Partial: 8 of 9") != std::string::npos);
    sample.lines[1].id = "unknown";
    QVERIFY(!test::errorOf([&] { (void)makeReport(sample.items, sample.lines, inputFor(8)); }).empty());
}

void ReportTest::failedItemsOfOtherSystemsCountByTheirScorersOnly()
{
    const Sample sample;
    auto input = inputFor(8);
    std::vector<ResultLine> texts(2);
    texts[0].id = "a";
    texts[0].generated = "left";
    texts[1].id = "b";
    texts[1].error = "no audio";
    for (auto& text : texts)
        text.control = "none";
    input.others = {{"speaker", {{{"n", "2", "data", 1}, texts}}}};
    const auto r = makeReport(sample.items, sample.lines, input);
    const auto* text = r.find("speaker", "none", "text", "all");
    QVERIFY(text != nullptr);
    QCOMPARE(text->n, 2);
    QCOMPARE(text->score, 0.5);
    QVERIFY(r.find("speaker", "none", "likelihood", "all") == nullptr); // it gave none
}

void ReportTest::reportsSurviveTheirFile()
{
    Sample sample;
    sample.lines.push_back(line("a", -0.1, -2, "none", 1));
    sample.lines.push_back(line("a", -0.1, -2, "swap"));
    const auto r = makeReport(sample.items, sample.lines, inputFor(10));
    QCOMPARE(r.rotation.items, 1);
    QCOMPARE(r.rotation.allRight, 1.0);
    QCOMPARE(r.mirror.ownAnswers, 1);
    QCOMPARE(r.mirror.ownConsistent, 0); // "left" again, though the ears were exchanged
    const auto json = reportToJson(r);
    QCOMPARE(reportToJson(reportFromJson(json, "test")).dump(), json.dump());
    auto newer = json;
    newer["version"] = 2;
    QVERIFY(!test::errorOf([&] { (void)reportFromJson(newer, "test"); }).empty());
}

void ReportTest::constantAnswersAreBounded()
{
    const std::vector<Item> items{item("a", "left"), item("b", "left"), item("c", "right")};
    QCOMPARE(majorityScores(items), (std::vector<double>{1, 1, 0}));
    QCOMPARE(chanceScores(items), (std::vector<double>{0.5, 0.5, 0.5}));
    QCOMPARE(blindScores(items), blindScores(items));
}

void ReportTest::missingPredictionsCountAsWrong()
{
    const QTemporaryDir folder;
    const Sample sample;
    const auto file =
        written(folder, "p.jsonl", "{\"id\":\"b\",\"answer\":\"B\"}\n\n{\"sample_id\":\"a\",\"generated\":null}\n");
    const auto lines = readPredictions(file, sample.items);
    QCOMPARE(lines.size(), std::size_t{4});
    const auto r = makeReport(sample.items, lines, inputFor(4));
    QCOMPARE(r.find("model", "none", "text", "all")->n, 4);
    QCOMPARE(r.find("model", "none", "text", "all")->score, 0.25);
    QVERIFY(r.find("model", "none", "likelihood", "all") == nullptr); // nobody gave likelihoods
    QCOMPARE(r.failedItems, 2);
    QCOMPARE(r.emptyTexts, 1);
}

void ReportTest::scoresOfAnyScaleAreTaken()
{
    const QTemporaryDir folder;
    const Sample sample;
    const auto lines =
        readPredictions(written(folder, "p.jsonl", "{\"id\":\"a\",\"scores\":[3.5,1.0]}\n"), sample.items);
    QCOMPARE(lines[0].scores, (std::vector<double>{0.0, -2.5})); // what results.jsonl can hold
}

void ReportTest::questionsAboutOneRecordingAreOneCluster()
{
    auto a = item("a", "left"), b = item("b", "left");
    QVERIFY(clusterOf(a) != clusterOf(b));
    a.margins["audio"] = b.margins["audio"] = "/data/walk.wav";
    QCOMPARE(clusterOf(a), clusterOf(b));
    b.margins["audio"] = "/data/other.wav";
    QVERIFY(clusterOf(a) != clusterOf(b));
}

void ReportTest::splitsAreNoPaths()
{
    auto json = itemToJson(item("a", "left"));
    QCOMPARE(itemFromJson(json, "x").split, std::string("test"));
    json["split"] = "../elsewhere";
    QVERIFY(test::errorOf([&] { (void)itemFromJson(json, "x"); }).find("split") != std::string::npos);
}

void ReportTest::badPredictionsAreRefused()
{
    const QTemporaryDir folder;
    const Sample sample;
    const auto refused = [&](const std::string& text, const char* reason) {
        const auto file = written(folder, "p.jsonl", text);
        const auto error = test::errorOf([&] { (void)readPredictions(file, sample.items); });
        return error.find(reason) != std::string::npos && error.find("line") != std::string::npos;
    };
    QVERIFY(refused("{\"id\":\"a\",\"answer\":\"A\"}\n{\"id\":\"a\",\"answer\":\"B\"}\n", "second time"));
    QVERIFY(refused("{\"id\":\"z\",\"answer\":\"A\"}\n", "do not hold"));
    QVERIFY(refused("{\"id\":\"a\",\"scores\":[-1,-2,-3]}\n", "3 scores for 2 options"));
    QVERIFY(refused("{\"id\":\"a\"}\n", "missing"));
    QVERIFY(refused("{\"id\":\n", "line 1"));
}

void ReportTest::cutResultsAreAskedAgain()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "results.jsonl");
    const ResultKey key{"m", "abc", "def", 1};
    ResultFile(path, key).add({line("a", -1, -2), line("b", -1, -2)});
    const auto whole = readFile(path);
    test::writeBytes(path, whole.substr(0, whole.size() - 5)); // as a crash leaves it
    {
        ResultFile again(path, key);
        QCOMPARE(again.earlier().size(), std::size_t{1});
        again.add({line("b", -1, -2)});
    }
    QCOMPARE(readFile(path), whole);
    ResultFile(path, key).add({line("a", -1, -2)});
    QVERIFY(!test::errorOf([&] { (void)readResults(path); }).empty()); // twice
}

void ReportTest::otherKeysAreRefused()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "results.jsonl");
    (void)ResultFile(path, {"m", "abc", "def", 1});
    for (const auto& other :
         {ResultKey{"m", "xyz", "def", 1}, ResultKey{"m", "abc", "xyz", 1}, ResultKey{"m", "abc", "def", 2}})
        QVERIFY(!test::errorOf([&] { (void)ResultFile(path, other); }).empty());
}

void ReportTest::faultyDataAreRefused()
{
    const QTemporaryDir folder;
    const auto error = [&](const std::string& text) {
        const auto file = written(folder, "items.jsonl", text);
        return test::errorOf([&] { (void)readBenchmarkData(file, {}); });
    };
    QVERIFY(error(lineOf(item("a", "left")) + lineOf(item("a", "left"))).find("twice") != std::string::npos);
    QVERIFY(error(lineOf(item("a", "up"))).find("among its options") != std::string::npos);
    QVERIFY(error(lineOf(item("a", ""))).find("no answer") != std::string::npos);
    auto train = item("a", "left");
    train.split = "train";
    QVERIFY(error(lineOf(train)).find("splits: train") != std::string::npos);
    QVERIFY(
        error("{\"sample_id\":\"a\",\"file_name\":\"../x.wav\",\"question\":\"q\",\"options\":[],\"answer\":\"x\"}\n")
            .find("leaves the folder") != std::string::npos);
    QCOMPARE(error(lineOf(item("a", "left"))), std::string());
}

void ReportTest::samplesKeepTwinsTogether()
{
    const QTemporaryDir folder;
    std::string text;
    for (int i = 0; i < 20; ++i)
        for (const char* twin : {"a", "b"}) {
            auto one = item(std::to_string(i) + twin, "left", "swap");
            one.pair = std::to_string(i) + (twin[0] == 'a' ? "b" : "a");
            text += lineOf(one);
        }
    const auto file = written(folder, "items.jsonl", text);
    DataOptions options;
    options.limit = 11;
    const auto data = readBenchmarkData(file, options);
    QCOMPARE(data.items.size(), std::size_t{10});
    QCOMPARE(data.population, std::int64_t{40});
    for (std::size_t i = 0; i < data.items.size(); i += 2)
        QCOMPARE(data.items[i].pair, data.items[i + 1].id);
    QCOMPARE(readBenchmarkData(file, options).items, data.items);
    options.seed = 2;
    QVERIFY(readBenchmarkData(file, options).items != data.items);
    QCOMPARE(readBenchmarkData(file, options).sha256, data.sha256); // of all, not of the sample
}

void ReportTest::comparisonIsPaired()
{
    Sample sample;
    ComparedSystem first{"first", {{{"m", "1", "data", 1}, sample.lines}}};
    ComparedSystem second{"second", {{{"n", "2", "data", 1}, sample.lines}}};
    second.runs[0].lines[0] = line("a", -2, -0.1); // wrong
    const auto rows = compareSystems(sample.items, first, second);
    const auto& all = rows.front();
    QCOMPARE(all.group, std::string("all"));
    QCOMPARE(all.first, 0.75);
    QCOMPARE(all.second, 0.5);
    QCOMPARE(all.difference.difference, 0.25);
    QCOMPARE(all.mcNemar.value_or(0.0), 1.0); // one item says nothing: 2 * 1/2
    QVERIFY(comparisonToMarkdown(rows, first, second).find("+25.0") != std::string::npos);
    second.runs.push_back(first.runs[0]);
    second.runs[1].key.dataSha256 = "other";
    QVERIFY(!test::errorOf([&] { (void)compareSystems(sample.items, first, second); }).empty());
    second.runs[1].key.dataSha256 = "data";
    QCOMPARE(compareSystems(sample.items, first, second).front().second, 0.625); // mean of two runs
    const auto several = compareSystems(sample.items, first, second);
    QVERIFY(several.front().seedSpread > 0.1);
    QVERIFY(!several.front().mcNemar); // a test of single answers
    QVERIFY(comparisonToMarkdown(several, first, second).find("| - | 17.7 |") != std::string::npos);
}

// Another system that answers in words: everything that words can tell is measured, nothing else.
void ReportTest::freeAnswersAloneAreScored()
{
    Sample sample;
    std::vector<ResultLine> words;
    for (const char* id : {"a", "b", "c", "d"})
        for (const int rotation : {0, 1}) {
            auto l = line(id, 0, 0, "none", rotation);
            l.scores.clear();
            l.generated = "It is on the left.";
            words.push_back(l);
        }
    const auto r = makeReport(sample.items, words, inputFor(8));
    QCOMPARE(std::string(r.mainScorer()), std::string("text"));
    QCOMPARE(r.find("model", "none", "text", "all")->score, 0.5);
    QVERIFY(r.find("model", "none", "likelihood", "all") == nullptr);
    QCOMPARE(r.rotation.items, 4);
    QCOMPARE(r.rotation.average, 0.5); // left is right in two of four, however the options stand
    QCOMPARE(r.letters.chosen[0], 4);
    QVERIFY(!r.isCalibrated());
    QVERIFY(reportToMarkdown(r, sample.items, words).find("calibration error: not measured") != std::string::npos);
    QVERIFY(failuresToMarkdown(r, sample.items, words, "").find("above chance (95 % interval): none") ==
            std::string::npos);
}

// Tables of reports about other data do not lend each other baselines.
void ReportTest::tablesOfOtherDataSaySo()
{
    Sample sample;
    auto input = inputFor(8);
    auto one = makeReport(sample.items, sample.lines, input);
    input.key.dataSha256 = "another";
    input.dataName = "recordings";
    const auto other = makeReport(sample.items, sample.lines, input);
    QVERIFY(scoreTable({one, one}, {}).find("chance") != std::string::npos);
    const auto table = scoreTable({one, other}, {});
    QVERIFY2(table.find("chance") == std::string::npos && table.find(" on recordings") != std::string::npos,
             table.c_str());
    QVERIFY2(table.find("(n 4)") != std::string::npos, table.c_str());
}

void ReportTest::tablesAreEscaped()
{
    QCOMPARE(latexEscaped("a_b & 50 % {x} \\y #$~^"),
             std::string("a\\_b \\& 50 \\% \\{x\\} \\textbackslash{}y \\#\\$\\textasciitilde{}\\textasciicircum{}"));
    Sample sample;
    auto input = inputFor(8);
    input.key.model = "m_1, \"best\" | 2";
    const std::vector<BenchmarkReport> reports{makeReport(sample.items, sample.lines, input)};
    const auto latex = scoreTable(reports, {TableFormat::Latex, "likelihood", {"level", "task"}});
    QVERIFY(latex.starts_with("\\begin{tabular}{lrrrrr}\n\\toprule\n"));
    QVERIFY(latex.find("m\\_1") != std::string::npos && latex.find("75.0 [") != std::string::npos);
    const auto csv = scoreTable(reports, {TableFormat::Csv, "likelihood", {"level", "task"}});
    QVERIFY(csv.find("\"m_1, \"\"best\"\" | 2\",abc,data,def,1,yes,model,likelihood,all,4,0.750000") !=
            std::string::npos);
    const auto markdown = scoreTable(reports, {});
    QVERIFY(markdown.find("m_1, \"best\" \\| 2") != std::string::npos);
    const auto whole = reportToMarkdown(reports[0], sample.items, sample.lines);
    for (const char* part :
         {"Parse rate 75.0 %", "## Controls", "mono", "not measured", "Wrong with the highest confidence"})
        QVERIFY2(whole.find(part) != std::string::npos, part);
}

QTEST_GUILESS_MAIN(ReportTest)
#include "ReportTest.moc"
