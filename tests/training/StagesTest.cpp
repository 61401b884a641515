// SPDX-License-Identifier: GPL-3.0-or-later
// The stages of the language model as wholes: they learn, and however a run is cut, killed or divided, its weights are
// the same.
#include "core/support/AtomicFile.h"
#include "core/training/GrpoStage.h"
#include "core/training/LanguageStage.h"
#include "core/training/QuestionScore.h"
#include "tests/TestMain.h"
#include "tests/training/TinyLanguage.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QTcpServer>

using namespace binaurium;

namespace {

constexpr double gradientTolerance = 1e-5; // relative to the largest; matrix kernels sum differently for other shapes
constexpr double rankTolerance = 1e-6;     // relative; the same sums in another order, 12 updates
constexpr auto childVariable = "BINAURIUM_TEST_RUN";

TrainOptions someOptions()
{
    TrainOptions o;
    o.seed = 3;
    o.checkpointEveryS = 0; // after every step
    o.validateEverySteps = 7;
    o.sft.optimiser = {2e-2, 0.01, 0.05, 1.0, 8, 24};
    o.sft.loraLearningRate = 2e-2;
    o.sft.validationQuestions = 12;
    o.sft.adaptive = true; // its state has to come back as well
    o.grpo.enabled = true;
    o.grpo.optimiser = {2e-3, 0.0, 0.05, 1.0, 3, 16};
    o.grpo.group = 4;
    o.grpo.microBatch = 4;
    o.grpo.maxTokens = 3;
    o.grpo.klWeight = 0.01;
    o.grpo.guardEverySteps = 5;
    o.grpo.guardMargin = 1.0;
    o.grpo.validationQuestions = 12;
    return o;
}

// Batches that two ranks halve; one process does them in two micro-batches.
TrainOptions rankOptions()
{
    auto o = someOptions();
    o.sft.microBatch = 4;
    o.sft.optimiser.steps = 8;
    o.grpo.optimiser.batch = 4;
    o.grpo.optimiser.steps = 4;
    o.grpo.microBatch = 8;
    return o;
}

RunFolder openRun(const std::filesystem::path& path)
{
    return std::filesystem::exists(path / "config.toml") ? RunFolder::open(path) : RunFolder::create(path, "");
}

// SFT, then GRPO; the weights at the end.
nn::NamedTensors trained(const BpeTokenizer& words, const std::filesystem::path& folder, const TrainOptions& options,
                         const ProgressCallback& progress = {})
{
    at::globalContext().setDeterministicAlgorithms(true, false);
    at::set_num_threads(1);
    test::TinyLanguage tiny(words);
    tiny.parts.ranks = Ranks::fromEnvironment();
    auto run = tiny.parts.ranks->isFirst() ? openRun(folder) : RunFolder::ofAnotherRank(folder);
    runLanguageStage("sft", tiny.parts, options.sft, options, run, progress);
    if (options.grpo.enabled)
        runGrpoStage(tiny.parts, options.grpo, options, run, progress);
    nn::NamedTensors copies;
    for (const auto& [name, tensor] : tiny.parts.tensors())
        copies.emplace_back(name, tensor.detach().clone());
    return copies;
}

} // namespace

class StagesTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void sftLearnsAndGrpoRaisesTheReward();
    void aRunKilledAtAnyMomentEndsWithTheSameBits();
    void groupsInMicroBatchesGiveTheSameWeights();
    void twoRanksGiveTheWeightsOfOne();
    void ranksAreReadFromTheirLaunchers();
    void theBestCheckpointIsHandedOn();
    void theGuardStopsAndKeepsTheStart();
    void aMissedGateEndsTheRun();
    void lossesThatAreNoNumbersStopTheRun();

private:
    std::unique_ptr<BpeTokenizer> words_;
};

void StagesTest::initTestCase()
{
    BINAURIUM_FAIL_ON_WARNINGS();
    words_ = test::tokenizer();
    if (words_ == nullptr)
        QSKIP("the base weights are not on this computer (binaurium-cli models fetch)");
}

void StagesTest::sftLearnsAndGrpoRaisesTheReward()
{
    const QTemporaryDir folder;
    auto options = someOptions();
    options.checkpointEveryS = 1000;
    options.sft.optimiser.steps = 200;
    options.grpo.optimiser.steps = 40;
    options.grpo.klWeight = 0.0;
    const auto path = test::scratch(folder, "run");
    (void)trained(*words_, path, options);
    std::vector<double> loss, reward;
    std::ifstream events(path / "events.jsonl");
    for (std::string line; std::getline(events, line);) {
        const Json event = parseJson(line, "events.jsonl");
        if (event["type"] == "step" && event["stage"] == "sft")
            loss.push_back(event["loss"]);
        if (event["type"] == "step" && event["stage"] == "grpo")
            reward.push_back(event["reward"]);
    }
    QCOMPARE(reward.size(), std::size_t{40});
    QVERIFY2(loss.back() < 0.5 * loss.front(), qPrintable(QString::number(loss.back())));
    const auto mean = [&](std::size_t first, std::size_t n) {
        double sum = 0.0;
        for (std::size_t i = first; i < first + n; ++i)
            sum += reward[i];
        return sum / static_cast<double>(n);
    };
    QVERIFY2(mean(30, 10) > mean(0, 10), qPrintable(QString("%1 -> %2").arg(mean(0, 10)).arg(mean(30, 10))));
    const auto samples = readFile(path / "samples.jsonl");
    QVERIFY(samples.find("\"advantage\"") != std::string::npos && samples.find("\"completion\"") != std::string::npos);
    QVERIFY(!std::filesystem::is_empty(path / "tensorboard"));
}

// The test starts itself as a child that trains, and kills it again and again.
void StagesTest::aRunKilledAtAnyMomentEndsWithTheSameBits()
{
    const QTemporaryDir folder;
    const auto options = someOptions();
    const auto expected = trained(*words_, test::scratch(folder, "whole"), options);
    const auto path = test::scratch(folder, "killed");
    QProcess child;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(childVariable, QString::fromStdString(path.string()));
    child.setProcessEnvironment(environment);
    QRandomGenerator random(7);
    int kills = 0;
    for (; kills < 5; ++kills) {
        child.start(QCoreApplication::applicationFilePath(), {});
        QVERIFY(child.waitForStarted());
        // Into the loop, then a little further: somewhere in a step or in the middle of a write.
        for (int wait = 0; wait < 3000 && child.state() == QProcess::Running; wait += 5) {
            if (RunFolder::runningProcess(path) && std::filesystem::exists(path / "checkpoints" / "sft.safetensors"))
                break;
            child.waitForFinished(5);
        }
        if (child.waitForFinished(static_cast<int>(random.bounded(150)) + 1))
            break;
        child.kill();
        QVERIFY(child.waitForFinished());
    }
    QVERIFY(kills > 0);
    const auto resumed = trained(*words_, path, options);
    for (std::size_t i = 0; i < expected.size(); ++i)
        QVERIFY2(torch::equal(expected[i].second, resumed[i].second), expected[i].first.c_str());
    // Every step that both logs show has the same loss.
    std::map<std::pair<std::string, int>, double> losses;
    for (const char* name : {"whole", "killed"}) {
        std::ifstream events(test::scratch(folder, name) / "events.jsonl");
        for (std::string line; std::getline(events, line);) {
            if (line.empty() || line.back() != '}')
                continue; // the line that the kill cut
            const Json event = parseJson(line, "events.jsonl");
            if (event["type"] != "step")
                continue;
            const auto [known, isNew] =
                losses.try_emplace({event["stage"], event["step"]}, event["loss"].get<double>());
            QVERIFY(isNew || known->second == event["loss"].get<double>());
        }
    }
}

void StagesTest::groupsInMicroBatchesGiveTheSameWeights()
{
    const QTemporaryDir folder;
    auto options = someOptions();
    options.sft.optimiser.steps = 4;
    options.grpo.optimiser.steps = 3;
    const auto whole = trained(*words_, test::scratch(folder, "a"), options);
    options.grpo.microBatch = 0;
    QVERIFY(test::largestDifference(trained(*words_, test::scratch(folder, "b"), options), whole) <
            gradientTolerance * 100.0);
}

// Two processes over Gloo on the loopback against one process that does the same batches in two parts.
void StagesTest::twoRanksGiveTheWeightsOfOne()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "two");
    QTcpServer free;
    QVERIFY(free.listen(QHostAddress::LocalHost));
    const auto port = QString::number(free.serverPort());
    free.close();
    std::array<QProcess, 2> ranks;
    for (int r = 0; r < 2; ++r) {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(childVariable, QString::fromStdString(path.string()));
        environment.insert("BINAURIUM_TEST_RANKS", "1");
        environment.insert("RANK", QString::number(r));
        environment.insert("WORLD_SIZE", "2");
        environment.insert("MASTER_PORT", port);
        ranks[static_cast<std::size_t>(r)].setProcessEnvironment(environment);
        ranks[static_cast<std::size_t>(r)].start(QCoreApplication::applicationFilePath(), {});
    }
    for (auto& rank : ranks) {
        QVERIFY(rank.waitForFinished(120'000));
        const auto said = rank.readAllStandardError();
        if (said.contains("has no Gloo"))
            QSKIP("this build has no Gloo (libgloo-dev)");
        QVERIFY2(rank.exitCode() == 0, said.constData());
    }
    const auto one = trained(*words_, test::scratch(folder, "one"), rankOptions());
    const SafetensorsFile two(path / "checkpoints" / "grpo-best.safetensors");
    const SafetensorsFile sft(path / "checkpoints" / "sft-best.safetensors");
    nn::NamedTensors loaded;
    for (const auto& [name, tensor] : one)
        loaded.emplace_back(name, nn::toTensor((name.starts_with("projector.") ? sft : two).tensor(name)));
    const double difference = test::largestDifference(loaded, one);
    QVERIFY2(difference < rankTolerance, qPrintable(QString::number(difference)));
}

void StagesTest::ranksAreReadFromTheirLaunchers()
{
    const auto place = [](std::map<std::string, std::string> variables) {
        return rankPlace([&](const char* name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        });
    };
    QCOMPARE(place({}).size, 1);
    const auto torchrun =
        place({{"RANK", "3"}, {"WORLD_SIZE", "4"}, {"MASTER_ADDR", "node1"}, {"MASTER_PORT", "1234"}});
    QCOMPARE(torchrun.rank, 3);
    QCOMPARE(torchrun.size, 4);
    QCOMPARE(torchrun.address, std::string("node1"));
    QCOMPARE(torchrun.port, 1234);
    QCOMPARE(place({{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "2"}}).rank, 1);
    QCOMPARE(place({{"OMPI_COMM_WORLD_RANK", "1"}, {"OMPI_COMM_WORLD_SIZE", "2"}}).size, 2);
    const auto error = [&](std::map<std::string, std::string> variables) {
        return test::errorOf([&] { (void)place(std::move(variables)); });
    };
    QVERIFY(!error({{"RANK", "4"}, {"WORLD_SIZE", "4"}}).empty());
    QVERIFY(!error({{"RANK", "x"}, {"WORLD_SIZE", "4"}}).empty());
    QVERIFY(error({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "2"}, {"SLURM_JOB_NUM_NODES", "2"}}).find("MASTER_ADDR") !=
            std::string::npos);
    Ranks alone;
    QCOMPARE(alone.part(7), std::pair(std::size_t{0}, std::size_t{7}));
}

void StagesTest::theBestCheckpointIsHandedOn()
{
    const QTemporaryDir folder;
    auto x = torch::zeros({1}).requires_grad_(true);
    AdamW optimiser({{{x}, 0.1, 0.0}});
    TrainOptions options;
    options.keepCheckpoints = 2;
    StageOptions schedule;
    schedule.optimiser = {0.1, 0.0, 0.0, 0.0, 1, 10};
    int validations = 0;
    Stage stage;
    stage.name = "toy";
    stage.options = &schedule;
    stage.tensors = {{"x", x}};
    stage.optimiser = &optimiser;
    stage.validateEvery = 2;
    std::vector<float> seen;
    stage.gradients = [&](int) -> Json {
        (-x).sum().backward();
        return {{"loss", 1.0}};
    };
    stage.validate = [&] {
        seen.push_back(x.item<float>());
        return std::pair(++validations == 2 ? 0.9 : 0.5, Json{{"accuracy", 0.5}});
    };
    auto run = openRun(test::scratch(folder, "run"));
    QCOMPARE(runStage(stage, options, run, {}), 0.9);
    QCOMPARE(x.item<float>(), seen[1]); // not the last
    int numbered = 0;
    for (const auto& entry : std::filesystem::directory_iterator(run.path() / "checkpoints"))
        numbered += entry.path().filename().string().starts_with("toy-0") ? 1 : 0;
    QCOMPARE(numbered, 2);
}

void StagesTest::theGuardStopsAndKeepsTheStart()
{
    const QTemporaryDir folder;
    auto options = someOptions();
    options.sft.optimiser.steps = 200;
    options.grpo.enabled = false;
    const auto path = test::scratch(folder, "run");
    const auto before = trained(*words_, path, options);
    options.grpo.enabled = true;
    options.grpo.answerReward = 0.0; // pays for any option: the answer is soon forgotten
    options.grpo.lengthPenalty = 0.0;
    options.grpo.optimiser.learningRate = 0.5;
    options.grpo.optimiser.clipNorm = 0.0;
    options.grpo.guardMargin = 0.01;
    options.grpo.guardEverySteps = 2;
    const auto after = trained(*words_, path, options);
    const auto events = readFile(path / "events.jsonl");
    if (events.find("\"guard\"") == std::string::npos)
        QSKIP("the policy did not collapse on this machine");
    QVERIFY(events.find("accuracy fell from") != std::string::npos);
    QVERIFY(test::largestDifference(before, after) == 0.0); // back at the start, which was the best
}

void StagesTest::aMissedGateEndsTheRun()
{
    const QTemporaryDir folder;
    auto options = someOptions();
    options.sft.optimiser.steps = 2;
    options.sft.gate = 1.0;
    for (int attempt = 0; attempt < 2; ++attempt) { // a resume does not slip past the gate
        const auto error = test::errorOf([&] { (void)trained(*words_, test::scratch(folder, "run"), options); });
        QVERIFY(error.find("below its gate") != std::string::npos);
    }
}

void StagesTest::lossesThatAreNoNumbersStopTheRun()
{
    const QTemporaryDir folder;
    auto options = someOptions();
    options.grpo.enabled = false;
    const auto path = test::scratch(folder, "run");
    test::TinyLanguage tiny(*words_);
    auto run = openRun(path);
    const auto error = test::errorOf([&] {
        runLanguageStage("sft", tiny.parts, options.sft, options, run, [&](const Progress& p) {
            if (p.done == 3) {
                const torch::NoGradGuard guard;
                tiny.parts.projector->parameters().front().fill_(std::numeric_limits<float>::quiet_NaN());
            }
            return true;
        });
    });
    QVERIFY2(error.find("is not a number at step 3") != std::string::npos, error.c_str());
    const SafetensorsFile kept(path / "checkpoints" / "sft.safetensors");
    QCOMPARE(kept.metadata().at("step"), std::string("3"));
}

int main(int argc, char** argv)
{
    if (const char* folder = std::getenv(childVariable)) {
        try {
            const bool divided = std::getenv("BINAURIUM_TEST_RANKS") != nullptr;
            (void)trained(*test::tokenizer(), folder, divided ? rankOptions() : someOptions());
        } catch (const Error& error) {
            std::fprintf(stderr, "%s\n", error.what());
            return 1;
        }
        return 0;
    }
    QCoreApplication app(argc, argv);
    StagesTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "StagesTest.moc"
