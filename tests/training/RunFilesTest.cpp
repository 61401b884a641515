// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/Toml.h"
#include "core/training/run/ConfigText.h"
#include "core/training/run/RunEstimate.h"
#include "core/training/run/RunFolder.h"
#include "core/training/run/RunHistory.h"
#include "core/training/run/RunList.h"
#include "core/training/run/RunQueue.h"
#include "core/training/run/TrainOptions.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <cmath>

using namespace binaurium;

namespace {

constexpr double exact = 1e-9; // of quotients of small whole numbers

const std::string plainConfig = "# what this is for\n"
                                "format = \"binaurium-train\"\n"
                                "version = 1\n"
                                "name = \"a # b\" # the model\n"
                                "head_folders = [\n    \"x\", # first\n    \"y\",\n]\n"
                                "\n"
                                "[sft] # the main stage\n"
                                "steps = 700\n"
                                "learning_rate = 5e-4 # tried 1e-3\n"
                                "\n"
                                "[scene]\n"
                                "duration_s = 2.0\n";

std::string stepLine(int step, double loss, const std::string& more = {})
{
    return "{\"time\":" + std::to_string(1000 + step) +
           ",\"type\":\"step\",\"stage\":\"encoder\",\"step\":" + std::to_string(step) +
           ",\"loss\":" + std::to_string(loss) + more + "}";
}

std::string stageLine(const std::string& stage, const std::string& state, int step = 0)
{
    return R"({"time":1,"type":"stage","stage":")" + stage + R"(","state":")" + state + R"(","step":)" +
           std::to_string(step) + ",\"steps\":100}";
}

// Another value than the default that is in range.
Json otherValue(const OptionField& field)
{
    using Kind = OptionField::Kind;
    switch (field.kind) {
    case Kind::Boolean:
        return !field.value.get<bool>();
    case Kind::Integer:
        return static_cast<std::int64_t>(field.value == Json(static_cast<std::int64_t>(field.low)) ? field.low + 1
                                                                                                   : field.low);
    case Kind::Number:
        return 0.5 * (field.low + field.high);
    case Kind::Numbers:
        return Json::array({0.25, 0.125, 1.0});
    case Kind::Choice:
        return field.choices.back();
    case Kind::Device:
        return "cpu";
    case Kind::Text:
        return "quote \" hash # back \\ tab \t end";
    case Kind::Folder:
    case Kind::File:
    case Kind::Model:
        return "/some where/file.safetensors";
    case Kind::Folders:
        return Json::array({"/a b", "/c,d"});
    }
    return {};
}

} // namespace

class RunFilesTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void shippedConfigurationsAreInOrder();
    void hostileLinesAreCountedAndChangeNothing();
    void numbersOfEveryDepthBecomeSeries();
    void whatIsNoNumberIsKeptAsNaN();
    void aResumedRunReplacesTheStepsItRepeats();
    void timeLeftFollowsTheNewestPace();
    void theBestIsTheMostTellingMetric();
    void aLineThatIsBeingWrittenWaits();
    void overlongLinesAreDroppedAndAShorterFileIsReadAgain();
    void statesFollowFromEventsAndLock();
    void everyOptionGoesIntoTheTextAndBack();
    void otherOptionsAndCommentsStayAsTheyAre();
    void allUnknownOptionsAreNamedWithTheirLines();
    void mistakesHaveTheirLine();
    void estimatesFollowThePaceOfEarlierRuns();
    void obstaclesAreSentences();

private:
    QTemporaryDir home_;
};

// Every file of models/configs, and every run of its queues, has options that a training would take.
void RunFilesTest::shippedConfigurationsAreInOrder()
{
    const auto folder = std::filesystem::path(BINAURIUM_SOURCE_DIR) / "models/configs";
    const auto check = [&](const std::filesystem::path& file, const std::vector<std::string>& overrides) {
        Json document = readToml(file);
        for (const auto& one : overrides)
            setTomlValue(document, one);
        const auto options = trainOptionsFromJson(document, file.string(), file.parent_path());
        std::string error;
        QVERIFY2(options.isValid(&error), (file.string() + ": " + error).c_str());
    };
    int runs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (readToml(entry.path())["format"] == "binaurium-train") {
            check(entry.path(), {});
            continue;
        }
        for (const auto& run : readQueue(entry.path())) {
            check(run.config, run.overrides);
            ++runs;
        }
    }
    QVERIFY(runs > 0);
}

void RunFilesTest::hostileLinesAreCountedAndChangeNothing()
{
    RunHistory history;
    QVERIFY(history.addLine(stepLine(1, 2.0)));
    const std::string deep(100, '[');
    const std::string lines[] = {"",
                                 "not json",
                                 "[]",
                                 "42",
                                 "{}",
                                 R"({"type":5})",
                                 R"({"type":"step","step":3})",
                                 R"({"type":"step","stage":"","step":3,"loss":1})",
                                 R"({"type":"step","stage":"encoder","step":-1,"loss":1})",
                                 R"({"type":"step","stage":"encoder","step":1e300,"loss":1})",
                                 R"({"type":"step","stage":"encoder","step":"7","loss":1})",
                                 R"({"type":"step","stage":"encoder","step":7,"time":-5,"loss":1})",
                                 R"({"type":"format","format":"binaurium-events","version":99})",
                                 R"({"type":"step","stage":")" + std::string(1000, 'x') + R"(","step":1,"loss":1})",
                                 R"({"type":"stage","stage":"encoder"})",
                                 "{\"type\":\"step\",\"a\":" + deep,
                                 std::string("\xff\xfe\x00{", 4)};
    for (const auto& line : lines)
        QVERIFY2(!history.addLine(line), line.c_str());
    QCOMPARE(history.badLines(), std::size(lines));
    QCOMPARE(history.points(), std::size_t{1});
    QCOMPARE(history.stages().size(), std::size_t{1});
    // Too many stages and series stop at their limits.
    for (int i = 0; i < 100; ++i)
        (void)history.addLine(R"({"type":"step","stage":"s)" + std::to_string(i) + R"(","step":1,"loss":1})");
    QCOMPARE(history.stages().size(), RunHistory::stageLimit);
    std::string many;
    for (int i = 0; i < 1000; ++i)
        many += ",\"m" + std::to_string(i) + "\":1";
    QVERIFY(history.addLine(stepLine(2, 1.0, many)));
    QCOMPARE(history.stage("encoder")->series.size(), RunHistory::seriesLimit);
}

void RunFilesTest::numbersOfEveryDepthBecomeSeries()
{
    RunHistory history;
    QVERIFY(history.addLine(stepLine(3, 2.0, R"(,"rewards":{"answer":0.5,"format":1},"word":"x","on":true)")));
    QVERIFY(history.addLine(
        R"({"time":9,"type":"validation","stage":"encoder","step":4,"score":{"accuracy":0.7,"L1":{"accuracy":0.8}}})"));
    const auto& series = history.stage("encoder")->series;
    QCOMPARE(series.size(), std::size_t{5});
    QCOMPARE(series.at("rewards/answer").front().value, 0.5);
    QCOMPARE(series.at("validation/L1/accuracy").front().step, std::int64_t{4});
    QCOMPARE(series.at("validation/L1/accuracy").front().timeS, 9.0);
}

void RunFilesTest::whatIsNoNumberIsKeptAsNaN()
{
    RunHistory history;
    QVERIFY(history.addLine(R"({"time":1,"type":"step","stage":"encoder","step":1,"loss":null})"));
    QVERIFY(std::isnan(history.stage("encoder")->series.at("loss").front().value));
}

void RunFilesTest::aResumedRunReplacesTheStepsItRepeats()
{
    RunHistory history;
    history.addLine(stageLine("encoder", "started"));
    for (int step : {0, 10, 20, 30})
        history.addLine(stepLine(step, 100 + step));
    history.addLine(stageLine("encoder", "resumed", 15));
    history.addLine(stepLine(20, 7.0));
    const auto& loss = history.stage("encoder")->series.at("loss");
    QCOMPARE(loss.size(), std::size_t{3});
    QCOMPARE(loss.back().step, std::int64_t{20});
    QCOMPARE(loss.back().value, 7.0);
    QCOMPARE(history.stage("encoder")->state, StageStatus::Running);
}

void RunFilesTest::timeLeftFollowsTheNewestPace()
{
    RunHistory history;
    history.addLine(stageLine("encoder", "started"));
    QVERIFY(!history.stage("encoder")->remainingS());
    for (int step = 0; step <= 40; step += 10)
        history.addLine(stepLine(step, 1.0)); // one step a second
    const auto left = history.stage("encoder")->remainingS();
    QVERIFY(left && std::abs(*left - 60.0) < exact);
    history.addLine(stageLine("encoder", "finished", 100));
    QVERIFY(!history.stage("encoder")->remainingS());
}

void RunFilesTest::theBestIsTheMostTellingMetric()
{
    StageHistory stage;
    QVERIFY(!bestOf(stage));
    stage.series["loss"] = {{1, 0, 5.0}, {2, 0, 3.0}, {3, 0, std::nan("")}};
    QCOMPARE(bestOf(stage)->metric, std::string("loss"));
    QCOMPARE(bestOf(stage)->point.step, std::int64_t{2});
    stage.series["validation/azimuth_median_deg"] = {{1, 0, 9.0}, {2, 0, 6.0}, {3, 0, 7.0}};
    QCOMPARE(bestOf(stage)->point.value, 6.0);
    stage.series["validation/accuracy"] = {{1, 0, 0.5}, {2, 0, 0.8}, {3, 0, 0.6}};
    QCOMPARE(bestOf(stage)->metric, std::string("accuracy"));
    QCOMPARE(bestOf(stage)->point.value, 0.8);
}

void RunFilesTest::aLineThatIsBeingWrittenWaits()
{
    const auto path = test::scratch(home_, "growing.jsonl");
    LineFollower follower(path);
    QVERIFY(follower.next().empty()); // there is no file yet
    test::writeBytes(path, "one\ntw");
    QCOMPARE(follower.next(), std::vector<std::string>{"one"});
    QVERIFY(follower.next().empty());
    test::writeBytes(path, "one\ntwo\n\nthree\n");
    QCOMPARE(follower.next(), (std::vector<std::string>{"two", "three"}));
}

void RunFilesTest::overlongLinesAreDroppedAndAShorterFileIsReadAgain()
{
    const auto path = test::scratch(home_, "long.jsonl");
    const std::string longLine(3 * LineFollower::lookLimit, 'x');
    test::writeBytes(path, "a\n" + longLine + "\nb\n");
    LineFollower follower(path);
    std::vector<std::string> all;
    for (int look = 0; look < 10; ++look)
        for (auto& line : follower.next())
            all.push_back(std::move(line));
    QCOMPARE(all, (std::vector<std::string>{"a", "b"}));
    test::writeBytes(path, "new\n");
    bool restarted = false;
    QCOMPARE(follower.next(&restarted), std::vector<std::string>{"new"});
    QVERIFY(restarted);
}

void RunFilesTest::statesFollowFromEventsAndLock()
{
    const auto run = test::scratch(home_, "run");
    const std::string config = "format = \"binaurium-train\"\nversion = 1\nencoder_checkpoint = \"/x\"\n[encoder]\n"
                               "enabled = false\n[alignment]\nenabled = false\n";
    QVERIFY(!isRunFolder(run));
    {
        auto folder = RunFolder::create(run, config);
        QVERIFY(isRunFolder(run));
        QCOMPARE(summarizeRun(run).state, RunState::Running);
        QCOMPARE(summarizeRun(run).process.value_or(0), static_cast<long>(::getpid()));
    }
    QCOMPARE(summarizeRun(run).state, RunState::Ready);
    const auto stateAfter = [&](const std::string& lines) {
        test::writeBytes(run / "events.jsonl", lines);
        return summarizeRun(run).state;
    };
    const auto started = stageLine("sft", "started") + "\n";
    QCOMPARE(stateAfter(started + stepLine(1, 1.0) + "\n"), RunState::Interrupted);
    QCOMPARE(stateAfter(started + stageLine("sft", "stopped", 5) + "\n"), RunState::Stopped);
    QCOMPARE(stateAfter(started + stageLine("sft", "finished", 100) + "\n"), RunState::Finished);
    QCOMPARE(stateAfter(started + stageLine("alignment", "finished", 100) + "\n"), RunState::Interrupted);
    QCOMPARE(stateAfter(started + "{\"type\":\"error\",\"reason\":\"NaN\"}\n"), RunState::Failed);
    QCOMPARE(summarizeRun(run).reason, std::string("NaN"));
    QCOMPARE(stateAfter("rubbish\n{\n"), RunState::Ready);
    QCOMPARE(listRuns(home_.path().toStdString()), std::vector<std::filesystem::path>{run});
    QVERIFY(listRuns("/no/such/folder").empty());
}

void RunFilesTest::everyOptionGoesIntoTheTextAndBack()
{
    const auto read = [](const std::string& text, const OptionField& field) {
        const Json document = parseToml(text, "text");
        const Json& table = field.section.empty() ? document : document.value(field.section, Json::object());
        return table.contains(field.key) ? table[field.key] : Json();
    };
    for (const auto& start : {std::string(), std::string("version = 1"), plainConfig})
        for (const OptionField& field : optionFields(TrainOptions())) {
            const Json value = otherValue(field);
            const auto changed = withOption(start, field.section, field.key, value);
            QVERIFY2(read(changed, field) == value, (field.section + "." + field.key + "\n" + changed).c_str());
            QCOMPARE(withOption(changed, field.section, field.key, value), changed);
            const auto removed = withOption(changed, field.section, field.key, std::nullopt);
            QVERIFY(read(removed, field).is_null());
        }
    // Many changes one after the other are one configuration that training reads.
    std::string text = "format = \"binaurium-train\"\nversion = 1\n";
    for (const OptionField& field : optionFields(TrainOptions()))
        if (field.key != "enabled" && field.key != "hidden" && field.key != "without")
            text = withOption(text, field.section, field.key, otherValue(field));
    const auto checked = checkConfig(text, home_.path().toStdString());
    QVERIFY2(checked.options.has_value(), checked.problems.empty() ? "" : checked.problems.front().what.c_str());
    QCOMPARE(checked.options->grpo.variant, std::string("sapo"));
}

void RunFilesTest::otherOptionsAndCommentsStayAsTheyAre()
{
    auto changed = withOption(plainConfig, "sft", "learning_rate", Json(2e-3));
    QCOMPARE(changed, std::string(plainConfig).replace(plainConfig.find("5e-4"), 4, "0.002"));
    changed = withOption(plainConfig, "", "name", Json("c"));
    QVERIFY(changed.find("name = \"c\" # the model\n") != std::string::npos);
    changed = withOption(plainConfig, "", "head_folders", std::nullopt);
    QVERIFY(changed.find("\"y\"") == std::string::npos);
    QVERIFY(changed.find("# the main stage") != std::string::npos);
    changed = withOption(plainConfig, "", "seed", Json(3));
    QCOMPARE(lineOfOption(changed, "", "seed"), 9); // behind the last of the top level
    QVERIFY(!test::errorOf([] { (void)withOption("sft = {steps = 3}\n", "sft", "steps", Json(4)); }).empty());
    QVERIFY(!test::errorOf([] { (void)withOption("a = \n", "sft", "steps", Json(4)); }).empty());
}

void RunFilesTest::allUnknownOptionsAreNamedWithTheirLines()
{
    const auto checked = checkConfig(plainConfig + "dutation = 3\n[grpo]\nbeta = 0.1\n[rlhf]\nx = 1\n", "/");
    QCOMPARE(checked.problems.size(), std::size_t{3});
    QVERIFY(!checked.options);
    std::vector<int> lines;
    for (const auto& problem : checked.problems)
        lines.push_back(problem.line);
    std::ranges::sort(lines);
    QCOMPARE(lines, (std::vector<int>{16, 18, 19}));
    QVERIFY(checked.problems.front().what.find("dutation") != std::string::npos);
}

void RunFilesTest::mistakesHaveTheirLine()
{
    const auto lineOf = [](const std::string& text) {
        const auto checked = checkConfig(text, "/");
        return checked.problems.empty() ? -1 : checked.problems.front().line;
    };
    const std::string head = "format = \"binaurium-train\"\nversion = 1\n";
    QCOMPARE(lineOf(head + "seed = \n"), 3);
    QCOMPARE(lineOf(head + "seed = -4\n"), 3);
    QCOMPARE(lineOf(head + "[encoder]\n\nbatch = 0\n"), 5);
    QCOMPARE(lineOf(head + "[grpo]\nvariant = \"ppo\"\n"), 4);
    QCOMPARE(lineOf(head + "[encoder]\nhidden = 18\n"), 4);
    QCOMPARE(lineOf(head + "[encoder]\nenabled = false\n"), 0); // what is missing has no line
    QCOMPARE(lineOf(head), -1);
}

void RunFilesTest::estimatesFollowThePaceOfEarlierRuns()
{
    StageHistory stage;
    stage.name = "encoder";
    stage.series["loss"] = {{0, 100.0, 1}, {10, 120.0, 1}, {20, 140.0, 1}, {30, 99'999.0, 1}}; // a pause at the end
    const auto pace = paceOf(stage, 4);
    QVERIFY(pace && std::abs(pace->secondsPerExample - 0.5) < exact);
    TrainOptions options;
    options.alignment.enabled = options.sft.enabled = false;
    options.encoder.optimiser.steps = 100;
    options.encoder.optimiser.batch = 8;
    const auto estimate = estimateRun(options, {*pace});
    QCOMPARE(estimate.stages.size(), std::size_t{1});
    QVERIFY(std::abs(estimate.stages.front().timeS.value() - 400.0) < exact);
    QVERIFY(!estimateRun(options, {}).stages.front().timeS);
    auto shared = options;
    shared.clipCache = "/cache";
    QVERIFY(estimateRun(shared, {}).diskBytes < estimate.diskBytes);
    auto small = options;
    small.encoder.microBatch = 1;
    QVERIFY(estimateRun(small, {}).memoryBytes < estimate.memoryBytes);
}

void RunFilesTest::obstaclesAreSentences()
{
    TrainOptions options;
    options.headFolders = {home_.path().toStdString()};
    options.encoderCheckpoint = "/no/such/file";
    test::writeBytes(test::scratch(home_, "head.sofa"), "x");
    const auto taken = test::scratch(home_, "taken");
    std::filesystem::create_directories(taken / "inside");
    auto found = obstaclesOf(options, taken, {});
    QCOMPARE(found.size(), std::size_t{2});
    QVERIFY(found[0].find("never overwrites") != std::string::npos);
    QVERIFY(found[1].find("/no/such/file") != std::string::npos);
    options.encoderCheckpoint.clear();
    QVERIFY(obstaclesOf(options, test::scratch(home_, "new/run"), {}).empty());
    RunEstimate huge;
    huge.diskBytes = 1e30;
    QCOMPARE(obstaclesOf(options, test::scratch(home_, "new/run"), huge).size(), std::size_t{1});
}

QTEST_GUILESS_MAIN(RunFilesTest)
#include "RunFilesTest.moc"
