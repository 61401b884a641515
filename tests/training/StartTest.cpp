// SPDX-License-Identifier: GPL-3.0-or-later
// Where a run starts: from which model, and with which scenes.
#include "core/model/nn/SpatialEncoder.h"
#include "core/support/AtomicFile.h"
#include "core/support/Toml.h"
#include "core/training/StartingModel.h"
#include "core/training/Train.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

using namespace binaurium;

namespace {

// A moment of reinforcement learning from the model that comes with the program, on scenes of its own.
std::string grpoConfig(const std::string& more = {})
{
    return "format = \"binaurium-train\"\nversion = 1\nhead_variants = 1\nprojector = \"p5\"\nprecision = \"float32\"\n"
           "model_checkpoint = \"binaurium-small\"\n" +
           more +
           "\n[encoder]\nenabled = false\n"
           "[alignment]\nenabled = false\nclip_s = 1.0\nscenes = 4\nvalidation_scenes = 3\n"
           "[sft]\nenabled = false\nlora_rank = 8\nlora_alpha = 16.0\nlora_targets = \"all\"\n"
           "[grpo]\nenabled = true\nsteps = 1\nbatch = 2\ngroup = 2\nmax_tokens = 2\nvalidation_questions = 3\n"
           "contradicted_share = 0.5\n";
}

} // namespace

class StartTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aModelOfAnotherKindIsRefusedBeforeThereIsARun_data();
    void aModelOfAnotherKindIsRefusedBeforeThereIsARun();
    void modelsAreFoundBesideTheFileOrByTheirName();
    void aResumedRunDoesNotGoOnFromAnotherModel();
    void encodersOfALargerShapeAreRefused();
    void runsOfTwoSeedsShareTheScenesOfOne();

private:
    // The stages that reported progress.
    std::set<std::string> run(const std::string& name, const std::vector<std::string>& overrides)
    {
        std::set<std::string> stages;
        startTraining(config_, test::scratch(folder_, name), overrides, [&](const Progress& p) {
            stages.insert(p.stage);
            return true;
        });
        return stages;
    }
    QTemporaryDir folder_;
    std::filesystem::path config_;
};

void StartTest::initTestCase()
{
    BINAURIUM_FAIL_ON_WARNINGS();
    if (test::weightFile("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf").empty())
        QSKIP("the base weights are not on this computer (binaurium-cli models fetch)");
    config_ = test::scratch(folder_, "grpo.toml");
    writeFileAtomically(config_, grpoConfig());
}

void StartTest::aModelOfAnotherKindIsRefusedBeforeThereIsARun_data()
{
    QTest::addColumn<QString>("override");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("LoRA") << "sft.lora_targets=\"query_value\""
                          << "lora_targets";
    QTest::newRow("rank") << "sft.lora_rank=4"
                          << "lora_rank";
    QTest::newRow("projector") << "projector=\"p2\""
                               << "option projector";
    QTest::newRow("language model") << "llm=\"qwen2-audio\""
                                    << "option llm";
}

void StartTest::aModelOfAnotherKindIsRefusedBeforeThereIsARun()
{
    QFETCH(const QString, override);
    QFETCH(const QString, sentence);
    std::set<std::string> stages;
    const auto name = std::string("refused ") + QTest::currentDataTag();
    const auto said = test::errorOf([&] { stages = run(name, {override.toStdString()}); });
    QVERIFY2(said.find("binaurium-small") != std::string::npos &&
                 said.find(sentence.toStdString()) != std::string::npos,
             said.c_str());
    QVERIFY(!std::filesystem::exists(test::scratch(folder_, name)));
}

void StartTest::modelsAreFoundBesideTheFileOrByTheirName()
{
    const auto checkpoint = [&](const std::string& value) {
        Json document = readToml(config_);
        document["model_checkpoint"] = value;
        return trainOptionsFromJson(document, "grpo.toml", folder_.path().toStdString()).modelCheckpoint;
    };
    QCOMPARE(checkpoint("binaurium-small"), std::string("binaurium-small"));
    QCOMPARE(checkpoint("runs/one"), test::scratch(folder_, "runs/one").string());
    std::filesystem::create_directories(test::scratch(folder_, "mine"));
    QCOMPARE(checkpoint("mine"), test::scratch(folder_, "mine").string());
    const auto misspelt = test::errorOf([&] { (void)run("misspelt", {"model_checkpoint=\"binaurium-smal\""}); });
    QVERIFY2(misspelt.find("there is no model 'binaurium-smal'") != std::string::npos, misspelt.c_str());
}

void StartTest::aResumedRunDoesNotGoOnFromAnotherModel()
{
    const auto model = test::scratch(folder_, "model"), note = test::scratch(folder_, "start.json");
    std::filesystem::copy(test::sourceFile("models/binaurium-small"), model);
    pinStartingModel(model, note);
    pinStartingModel(model, note); // resumed
    auto manifest = readManifest(model);
    manifest.seed += 1;
    writeManifest(manifest, model);
    const auto said = test::errorOf([&] { pinStartingModel(model, note); });
    QVERIFY2(said.find("no longer the model") != std::string::npos, said.c_str());
}

void StartTest::encodersOfALargerShapeAreRefused()
{
    nn::SpatialEncoderConfig shape;
    shape.classes = 25;
    shape.blocks = 1; // the file has two
    nn::SpatialEncoder smaller(shape);
    const SafetensorsFile file(test::sourceFile("models/binaurium-small/encoder.safetensors"));
    const auto said = test::errorOf([&] { nn::loadEncoder(smaller, file); });
    QVERIFY2(said.find("does not have") != std::string::npos, said.c_str());
}

void StartTest::runsOfTwoSeedsShareTheScenesOfOne()
{
    const auto heads = test::sourceFile("../shared/hrtf");
    if (!std::filesystem::exists(heads / "cipic"))
        QSKIP("the measured heads are not on this computer");
    const auto folders = "head_folders=[\"" + heads.string() + "\", \"" + (heads / "cipic").string() + "\"]";
    const auto cache = "question_cache=\"" + test::scratch(folder_, "shared").string() + '"';
    const std::vector<std::string> first{"seed=1", "scene_seed=7", "encoder.blocks=5", cache, folders},
        second{"seed=2", "scene_seed=7", cache, folders};
    QVERIFY(run("one", first).contains("scenes")); // the encoder is the model's, of its own shape
    QVERIFY(!run("two", second).contains("scenes"));
    const auto start = [&](const char* name) {
        return readFile(test::scratch(folder_, name) / "checkpoints" / "grpo-start.json");
    };
    QCOMPARE(start("one"), start("two")); // validated by the same questions
    const auto other = test::errorOf([&] { (void)run("three", {"seed=3", cache, folders}); });
    QVERIFY2(other.find("seed") != std::string::npos, other.c_str());
}

QTEST_GUILESS_MAIN(StartTest)
#include "StartTest.moc"
