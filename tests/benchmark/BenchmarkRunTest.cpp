// SPDX-License-Identifier: GPL-3.0-or-later
// A run with a model that is no net: what is asked, written, resumed and counted.
#include "core/benchmark/BenchmarkRun.h"
#include "core/audio/AudioFile.h"
#include "core/benchmark/StageRows.h"
#include "core/support/AtomicFile.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

using namespace binaurium;

class BenchmarkRunTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void everyItemIsAskedInEveryWay();
    void aStoppedRunGoesOnToTheSameReport();
    void missingAudioCountsAsWrong();
    void existingResultsAreKept();
    void baselinesStandBesideTheModel();
    void stagesStandBesideTheModel();
};

namespace {

// Says the option at the place where the louder ear is; without audio the first.
class LoudEar : public HearingModel
{
public:
    Localization localize(const AudioBuffer&, const ProgressCallback&) override { return {}; }
    Answer ask(const AudioBuffer& audio, const std::string& question, const AskOptions& options,
               const TokenCallback&) override
    {
        ++asked;
        lastQuestion = question;
        Answer answer;
        answer.model = name();
        double left = 0.0, right = 0.0;
        for (std::size_t n = 0; n < audio.frames(); ++n) {
            left += std::abs(audio.channel(0)[n]);
            right += std::abs(audio.channel(1)[n]);
        }
        const bool swapped = options.control == Control::Swap;
        std::string said = options.options[0];
        if (options.control == Control::None || swapped)
            said = (left > right) != swapped ? "left" : "right";
        for (const auto& option : options.options)
            answer.optionScores.push_back(option == said ? -0.1 : -2.0);
        answer.generated = said;
        return answer;
    }
    std::string name() const override { return "loud ear"; }
    std::string sha256() const override { return "0123"; }
    std::vector<std::string> labels() const override { return {}; }
    int asked = 0;
    std::string lastQuestion;
};

// Recordings whose louder ear is the answer, `count` of them; those in `without` have no file.
std::filesystem::path recordings(const QTemporaryDir& folder, int count, const std::vector<int>& without = {})
{
    const auto path = test::scratch(folder, "recordings");
    std::filesystem::create_directories(path);
    std::string text;
    for (int i = 0; i < count; ++i) {
        AudioBuffer audio(2, 3200, 32000.0);
        for (std::size_t n = 0; n < audio.frames(); ++n)
            audio.channel(i % 2 == 0 ? 0 : 1)[n] = 0.1F;
        const auto id = std::string("r").append(std::to_string(i));
        const auto name = id + ".wav";
        if (std::find(without.begin(), without.end(), i) == without.end())
            writeAudio(audio, path / name);
        text += Json{{"file_name", name},
                     {"sample_id", id},
                     {"question", "Which ear?"},
                     {"options", {"left", "right"}},
                     {"answer", i % 2 == 0 ? "left" : "right"},
                     {"level", "L1"},
                     {"task", "ear"}}
                    .dump() +
                "\n";
    }
    test::writeBytes(path / "metadata.jsonl", text);
    return path;
}

BenchmarkOptions optionsFor(const QTemporaryDir& folder, const std::filesystem::path& data)
{
    BenchmarkOptions options;
    options.data = data;
    options.output = test::scratch(folder, "report");
    options.controls = {Control::PromptOnly, Control::Swap};
    options.rotationItems = 4;
    options.baselines = false;
    return options;
}

} // namespace

void BenchmarkRunTest::everyItemIsAskedInEveryWay()
{
    const QTemporaryDir folder;
    LoudEar model;
    const auto options = optionsFor(folder, recordings(folder, 20));
    const auto r = runBenchmark(options, model, {});
    QCOMPARE(model.asked, 20 * 3 + 4);
    QVERIFY(r.isComplete());
    QCOMPARE(r.find("model", "none", "likelihood", "all")->score, 1.0);
    QVERIFY(r.find("model", "none", "likelihood", "all")->interval.low < 0.9); // perfect, but of 20 items
    QCOMPARE(r.find("model", "none", "text", "all")->score, 1.0);
    QCOMPARE(r.find("model", "prompt-only", "likelihood", "all")->score, 0.5);
    QCOMPARE(r.find("model", "swap", "likelihood", "all")->score, 0.0);
    QCOMPARE(r.rotation.items, 4);
    QCOMPARE(r.rotation.allRight, 1.0);
    QCOMPARE(r.mirror.ownConsistent, 20);
    QVERIFY(r.localization.is_null()); // recordings have no scenes
    QCOMPARE(reportToJson(readReport(options.output)).dump(), reportToJson(r).dump());
    QVERIFY(readFile(options.output / "report.md").find("loud ear") != std::string::npos);
}

void BenchmarkRunTest::aStoppedRunGoesOnToTheSameReport()
{
    const QTemporaryDir folder;
    LoudEar model;
    auto options = optionsFor(folder, recordings(folder, 20));
    ErrorKind kind = ErrorKind::Internal;
    (void)test::errorOf([&] { (void)runBenchmark(options, model, [](const Progress& p) { return p.done < 8; }); },
                        &kind);
    QVERIFY(kind == ErrorKind::Interrupted);
    const auto part = readReport(options.output);
    QVERIFY(!part.isComplete());
    QCOMPARE(part.find("model", "none", "likelihood", "all")->n, 8);
    const int before = model.asked;
    options.resume = true;
    const auto whole = runBenchmark(options, model, {});
    QVERIFY(whole.isComplete());
    QCOMPARE(model.asked, 20 * 3 + 4);
    QVERIFY(before < model.asked);
    const QTemporaryDir other;
    auto fresh = options;
    fresh.output = test::scratch(other, "report");
    fresh.resume = false;
    QCOMPARE(reportToJson(runBenchmark(fresh, model, {})).dump(), reportToJson(whole).dump());
}

void BenchmarkRunTest::missingAudioCountsAsWrong()
{
    const QTemporaryDir folder;
    LoudEar model;
    const auto r = runBenchmark(optionsFor(folder, recordings(folder, 10, {3, 7})), model, {});
    QVERIFY(r.isComplete());
    QCOMPARE(r.find("model", "none", "likelihood", "all")->n, 10);
    QCOMPARE(r.find("model", "none", "likelihood", "all")->score, 0.8);
    QCOMPARE(r.failedItems, 2);
    QVERIFY(r.problems.size() == 2 && r.problems[0].find("r3.wav") != std::string::npos);
    // The first item: the folder is wrong rather than one recording.
    const QTemporaryDir wrong;
    ErrorKind kind = ErrorKind::Internal;
    (void)test::errorOf([&] { (void)runBenchmark(optionsFor(wrong, recordings(wrong, 4, {0})), model, {}); }, &kind);
    QVERIFY(kind == ErrorKind::Missing);
}

void BenchmarkRunTest::existingResultsAreKept()
{
    const QTemporaryDir folder;
    LoudEar model;
    auto options = optionsFor(folder, recordings(folder, 4));
    (void)runBenchmark(options, model, {});
    QVERIFY(test::errorOf([&] { (void)runBenchmark(options, model, {}); }).find("--resume") != std::string::npos);
    options.resume = true;
    const auto items = readFile(options.output / "items.jsonl");
    auto another = options;
    another.sample.seed = 9;
    QVERIFY(test::errorOf([&] { (void)runBenchmark(another, model, {}); }).find("another model") != std::string::npos);
    another = options;
    another.sample.limit = 2; // fewer items than are answered
    QVERIFY(test::errorOf([&] { (void)runBenchmark(another, model, {}); }).find("not among these") !=
            std::string::npos);
    another = options;
    another.data = recordings(folder, 9); // other data
    QVERIFY(!test::errorOf([&] { (void)runBenchmark(another, model, {}); }).empty());
    QCOMPARE(readFile(options.output / "items.jsonl"), items);
    const auto other = test::scratch(folder, "other");
    std::filesystem::create_directories(other);
    test::writeBytes(other / "thesis.tex", "x");
    options.output = other;
    QVERIFY(!test::errorOf([&] { (void)runBenchmark(options, model, {}); }).empty());
}

void BenchmarkRunTest::baselinesStandBesideTheModel()
{
    const QTemporaryDir folder;
    LoudEar model; // localises nothing
    auto options = optionsFor(folder, recordings(folder, 12));
    options.baselines = true;
    const auto r = runBenchmark(options, model, {});
    QCOMPARE(model.asked, 12 * 3 + 4 + 12);
    QCOMPARE(model.lastQuestion, std::string("Nothing was heard. Which ear?"));
    for (const char* system : {"GCC-PHAT + ILD", "encoder alone", "cascade"}) {
        const auto* row = r.find(system, "none", "likelihood", "all");
        QVERIFY2(row != nullptr, system);
        QCOMPARE(row->n, 12);
        QCOMPARE(row->score, 0.5); // none of them can say anything: the first option
    }
    // Asked once: a second call adds nothing.
    options.resume = true;
    QCOMPARE(reportToJson(runBenchmark(options, model, {})).dump(), reportToJson(r).dump());
    QCOMPARE(model.asked, 12 * 3 + 4 + 12);
}

void BenchmarkRunTest::stagesStandBesideTheModel()
{
    const QTemporaryDir folder;
    LoudEar model;
    const auto options = optionsFor(folder, recordings(folder, 10, {3}));
    (void)runBenchmark(options, model, {});
    const int before = model.asked;
    ErrorKind kind = ErrorKind::Internal;
    (void)test::errorOf(
        [&] { (void)addStage(options.output, model, "early", {}, [](const Progress& p) { return p.done < 8; }); },
        &kind);
    QVERIFY(kind == ErrorKind::Interrupted);
    const auto r = addStage(options.output, model, "early", {}, {});
    QCOMPARE(model.asked - before, 9); // each once, but the one without audio
    QCOMPARE(r.find("stage early", "none", "likelihood", "all")->n, 10);
    QCOMPARE(r.find("stage early", "none", "likelihood", "all")->score, 0.9);
    QCOMPARE(r.systems().back(), std::string("stage early"));
    QVERIFY(readFile(options.output / "report.md").find("stage early") != std::string::npos);
}

QTEST_GUILESS_MAIN(BenchmarkRunTest)
#include "BenchmarkRunTest.moc"
