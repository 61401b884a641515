// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/HybridProjector.h"
#include "core/model/nn/LanguageModel.h"
#include "core/support/AtomicFile.h"
#include "core/support/Toml.h"
#include "core/training/Checkpoint.h"
#include "core/training/EncoderLoss.h"
#include "core/training/EncoderStage.h"
#include "core/training/MixedPrecision.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/training/TinyModel.h"

using namespace binaurium;
using test::gradientError;
using test::tinyConfig;
using test::tinyModel;

namespace {

constexpr double gradientTolerance = 0.02;  // relative, central differences in single precision
constexpr double optimiserTolerance = 1e-5; // 20 steps of 0.01 in single precision, other order of operations

EncoderTargets someTargets()
{
    EncoderTargets t;
    t.activity = torch::ones({2, 4, 3});
    t.activity.select(2, 2).zero_();
    t.label = torch::tensor({{0, 3, -1}, {2, 1, -1}});
    const auto overFrames = [](const torch::Tensor& still) { return still.unsqueeze(1).repeat({1, 4, 1}); };
    t.azimuthDeg = overFrames(torch::tensor({{10.0F, -100.0F, 0.0F}, {170.0F, -175.0F, 0.0F}}));
    t.azimuthDeg[1].select(1, 0) += torch::tensor({-6.0F, -2.0F, 2.0F, 6.0F}); // it moves
    t.elevationDeg = overFrames(torch::tensor({{0.0F, 20.0F, 0.0F}, {-30.0F, 5.0F, 0.0F}}));
    t.distanceM = overFrames(torch::tensor({{1.0F, 2.0F, 1.0F}, {0.5F, 3.0F, 1.0F}}));
    t.rt60S = torch::tensor({0.3F, 0.7F});
    return t;
}

nn::SpatialEncoding someEncoding()
{
    torch::manual_seed(5);
    nn::SpatialEncoding e;
    e.activity = torch::randn({2, 4, 3});
    e.classLogits = torch::randn({2, 4, 3, 5});
    e.azimuth = torch::randn({2, 4, 3, 72});
    e.elevation = torch::randn({2, 4, 3});
    e.logDistance = torch::randn({2, 4, 3});
    e.logRt60 = torch::randn({2});
    return e;
}

// Semantic features [.., 12], spatial [.., 6 + 2 slots x 5], tokens of 32; always the same weights.
nn::HybridProjector twoSlotProjector(const char* kind)
{
    nn::ProjectorConfig config;
    config.kind = kind;
    config.semantic = 12;
    config.hidden = 6;
    config.slotCount = 2;
    config.spatial = 6 + 2 * 5;
    config.expert = 16;
    config.bottleneck = 16;
    config.output = 32;
    torch::manual_seed(5);
    return nn::HybridProjector(config, 3.0);
}

} // namespace

class TrainingTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void misspeltOptionsAreRefused();
    void warmUpAndCosineHaveTheirShape();
    void adamWEqualsTheLibrary();
    void encoderLossDoesNotDependOnTheOrderOfSources();
    void encodersOfFewerLabelsStartANewRun();
    void encoderLossIsSmallForThePerfectAnswer();
    void encoderLossHasTheGradientOfItsValues();
    void freshLoraChangesNothingAndItsGradientIsRight_data();
    void freshLoraChangesNothingAndItsGradientIsRight();
    void projectorsPassGradientsToBothEncoders();
    void slotTokensFollowTheirSlotAndNothingElse();
    void threeTokensOfASlotStandTogether();
    void packedSequencesGiveTheStatesOfTheirOwn();
    void projectorAndLoraLearnToReadASpatialFeature();
    void clippedGradientsHaveTheGivenNorm();
    void aResumedEncoderStageGivesTheSameBits();
    void runsAreNeverOverwritten();
    void checkpointsOfAnotherStageAreRefused();
};

void TrainingTest::misspeltOptionsAreRefused()
{
    const auto error = [](const char* text) {
        return test::errorOf([&] { (void)trainOptionsFromJson(parseToml(text, "c.toml"), "c.toml", "/tmp"); });
    };
    const std::string head = "format = \"binaurium-train\"\nversion = 1\n";
    QVERIFY(error(head.c_str()).empty());
    QVERIFY(error((head + "[encoder]\nlerning_rate = 1.0\n").c_str()).find("lerning_rate") != std::string::npos);
    const auto deaf = error((head + "[encoder]\nwithout = \"gcc\"\n").c_str()); // alignment and sft are on
    QVERIFY2(deaf.find("for comparisons") != std::string::npos, deaf.c_str());
    QVERIFY(error((head + "projector = \"p9\"\n").c_str()).find("p0, p1, p2, p3, p4, p5, p6 or routed") !=
            std::string::npos);
    QVERIFY(error((head + "[encoder]\nbatch = 0\n").c_str()).find("batch") != std::string::npos);
    QVERIFY(error((head + "[scene]\nduration_s = \"long\"\n").c_str()).find("duration_s") != std::string::npos);
    QVERIFY(error("format = \"binaurium-train\"\nversion = 2\n").find('2') != std::string::npos);
}

void TrainingTest::warmUpAndCosineHaveTheirShape()
{
    OptimiserOptions o;
    o.steps = 1000;
    o.warmupShare = 0.1;
    QVERIFY(learningRateFactor(0, o) > 0.0 && learningRateFactor(0, o) < 0.02);
    QVERIFY(std::abs(learningRateFactor(100, o) - 1.0) < 0.01);
    QVERIFY(std::abs(learningRateFactor(550, o) - 0.5) < 0.01); // middle of the cosine
    QVERIFY(learningRateFactor(999, o) < 1e-4);
}

void TrainingTest::adamWEqualsTheLibrary()
{
    torch::manual_seed(1);
    auto ours = torch::randn({7, 5}).requires_grad_(true);
    auto theirs = ours.detach().clone().requires_grad_(true);
    AdamW optimiser({{{ours}, 0.01, 0.1}});
    torch::optim::AdamW reference({theirs}, torch::optim::AdamWOptions(0.01).weight_decay(0.1).betas({0.9, 0.98}));
    for (int i = 0; i < 20; ++i) {
        const auto target = torch::randn({7, 5});
        optimiser.zeroGrad();
        (ours - target).pow(2).sum().backward();
        optimiser.step(1.0);
        reference.zero_grad();
        (theirs - target).pow(2).sum().backward();
        reference.step();
    }
    const double difference = (ours - theirs).abs().max().item<double>();
    QVERIFY2(difference < optimiserTolerance, qPrintable(QString::number(difference)));
}

void TrainingTest::encoderLossDoesNotDependOnTheOrderOfSources()
{
    auto a = someTargets();
    auto b = someTargets();
    const auto order = torch::tensor({2, 0, 1});
    b.activity = a.activity.index_select(2, order);
    b.label = a.label.index_select(1, order);
    b.azimuthDeg = a.azimuthDeg.index_select(2, order);
    b.elevationDeg = a.elevationDeg.index_select(2, order);
    b.distanceM = a.distanceM.index_select(2, order);
    const auto e = someEncoding();
    const double first = encoderLoss(e, a).total.item<double>();
    QVERIFY(std::abs(first - encoderLoss(e, b).total.item<double>()) < 1e-5 * first);
}

// Everything but the new labels is told as before.
void TrainingTest::encodersOfFewerLabelsStartANewRun()
{
    QTemporaryDir folder;
    nn::SpatialEncoderConfig shape;
    shape.classes = 3;
    shape.width = 0.25;
    shape.hidden = 16;
    shape.blocks = 1;
    torch::manual_seed(4);
    nn::SpatialEncoder small(shape);
    const auto file = test::scratch(folder, "small.safetensors");
    nn::saveTensors(file, nn::moduleTensors(*small, "encoder."), {});
    shape.classes = 5;
    nn::SpatialEncoder large(shape);
    nn::loadEncoder(large, SafetensorsFile(file));
    small->eval();
    large->eval();
    const auto bands = torch::randn({1, 4, 20, SpatialFeatureLayout::bands});
    const auto gcc = torch::randn({1, 20, SpatialFeatureLayout::lags});
    const auto a = small->forward(bands, gcc);
    const auto b = large->forward(bands, gcc);
    QVERIFY(torch::allclose(a.azimuth, b.azimuth));
    QVERIFY(torch::allclose(a.activity, b.activity));
    QVERIFY(torch::allclose(a.elevation, b.elevation));
    QVERIFY(torch::allclose(a.classLogits, b.classLogits.slice(3, 0, 3)));
    const auto larger = test::scratch(folder, "large.safetensors");
    nn::saveTensors(larger, nn::moduleTensors(*large, "encoder."), {});
    QVERIFY(test::errorOf([&] { nn::loadEncoder(small, SafetensorsFile(larger)); }).find("5 labels") !=
            std::string::npos); // labels are never dropped
}

void TrainingTest::encoderLossIsSmallForThePerfectAnswer()
{
    const auto t = someTargets();
    auto e = someEncoding();
    const double random = encoderLoss(e, t).total.item<double>();
    e.activity = (t.activity * 2.0 - 1.0) * 10.0;
    e.elevation = t.elevationDeg / 30.0;
    e.logDistance = torch::log(t.distanceM);
    e.logRt60 = torch::log(t.rt60S);
    e.classLogits =
        torch::nn::functional::one_hot(t.label.clamp_min(0), 5).to(torch::kFloat).unsqueeze(1).expand({2, 4, 3, 5}) *
        20.0;
    const auto bins = torch::arange(72) * 5.0;
    const auto difference = torch::remainder(t.azimuthDeg.unsqueeze(3) - bins + 180.0, 360.0) - 180.0;
    e.azimuth = -difference.pow(2) / (2.0 * 49.0);
    const double perfect = encoderLoss(e, t).total.item<double>();
    QVERIFY(perfect < 0.5 * random);   // what remains is the entropy of the soft targets
    e.azimuth = e.azimuth.roll(36, 3); // front for behind
    QVERIFY(encoderLoss(e, t).total.item<double>() > 5.0 * perfect);
}

void TrainingTest::encoderLossHasTheGradientOfItsValues()
{
    const auto t = someTargets();
    auto e = someEncoding();
    for (torch::Tensor* x : {&e.activity, &e.classLogits, &e.azimuth, &e.elevation, &e.logDistance, &e.logRt60}) {
        x->requires_grad_(true);
        QVERIFY(gradientError(
                    *x, [&] { return encoderLoss(e, t).total; }, 1e-3) < gradientTolerance);
        x->requires_grad_(false);
    }
}

void TrainingTest::freshLoraChangesNothingAndItsGradientIsRight_data()
{
    QTest::addColumn<QString>("targets");
    for (const char* targets : {"query_value", "attention", "all"})
        QTest::newRow(targets) << targets;
}

void TrainingTest::freshLoraChangesNothingAndItsGradientIsRight()
{
    QFETCH(const QString, targets);
    auto model = tinyModel();
    const auto c = tinyConfig();
    const auto input = torch::randn({2, 6, c.hidden});
    const auto plain = model.logits(model.forward(input));
    model.attach(std::make_shared<nn::Lora>(c, nn::LoraOptions{4, 8.0, targets.toStdString()}, 1));
    // B starts at zero; the sums lie elsewhere in memory, where vector instructions begin at another element.
    constexpr double rounding = 1e-5;
    QVERIFY((plain - model.logits(model.forward(input))).abs().max().item<double>() < rounding);
    {
        torch::NoGradGuard guard;
        for (auto& p : model.lora()->parameters())
            p.add_(torch::randn_like(p) * 0.1);
    }
    const auto label = torch::randint(c.vocabulary, {12});
    const auto loss = [&] {
        return torch::nn::functional::cross_entropy(model.logits(model.forward(input)).flatten(0, 1), label);
    };
    for (auto& p : model.lora()->parameters())
        QVERIFY(gradientError(p, loss, 1e-2) < gradientTolerance);
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "lora.safetensors");
    nn::saveTensors(path, model.lora()->tensors(), {});
    const auto before = loss().item<double>();
    for (auto& p : model.lora()->parameters()) {
        torch::NoGradGuard guard;
        p.zero_();
    }
    model.lora()->load(SafetensorsFile(path));
    QCOMPARE(loss().item<double>(), before);
}

void TrainingTest::projectorsPassGradientsToBothEncoders()
{
    for (const char* kind : {"p0", "p1", "p2", "routed"}) {
        nn::ProjectorConfig config;
        config.kind = kind;
        config.semantic = 12;
        config.spatial = 9;
        config.expert = 16;
        config.bottleneck = 16;
        config.output = 32;
        nn::HybridProjector projector(config, 3.0);
        auto semantic = torch::randn({2, 5, 12}).requires_grad_(true);
        auto spatial = torch::randn({2, 5, 9}).requires_grad_(true);
        const auto tokens = projector->forward(semantic, spatial);
        QVERIFY((tokens.sizes() == std::vector<std::int64_t>{2, 5, 32}));
        QVERIFY2(std::abs(tokens.norm(2, 2).mean().item<double>() - 3.0) < 0.3, kind); // length of the word embeddings
        tokens.select(2, 0).sum().backward();
        QVERIFY2(semantic.grad().abs().max().item<double>() > 0.0 && spatial.grad().abs().max().item<double>() > 0.0,
                 kind);
    }
}

void TrainingTest::slotTokensFollowTheirSlotAndNothingElse()
{
    auto projector = twoSlotProjector("p3");
    const auto semantic = torch::randn({1, 7, 12});
    const auto spatial = torch::rand({1, 7, 16});
    const auto before = projector->forward(semantic, spatial);
    QCOMPARE(before.size(1), 7 + 2);
    QCOMPARE(projector->slotTokens(), 2);
    auto other = spatial.clone();
    other.slice(2, 6 + 5).mul_(0.5); // the second slot
    const auto after = projector->forward(semantic, other);
    QVERIFY(torch::equal(before[0][7], after[0][7]));
    QVERIFY(!torch::allclose(before[0][8], after[0][8]));
    // Slots are alike: exchanged, their tokens change places.
    const auto swapped = torch::cat({spatial.slice(2, 0, 6), spatial.slice(2, 11), spatial.slice(2, 6, 11)}, 2);
    const auto exchanged = projector->forward(semantic, swapped);
    QVERIFY(torch::allclose(before[0][7], exchanged[0][8]) && torch::allclose(before[0][8], exchanged[0][7]));
    // One moment is enough.
    QCOMPARE(projector->forward(semantic.slice(1, 0, 1), spatial.slice(1, 0, 1)).size(1), 3);
}

void TrainingTest::threeTokensOfASlotStandTogether()
{
    auto projector = twoSlotProjector("p4");
    QCOMPARE(projector->slotTokens(), 6);
    const auto semantic = torch::randn({1, 4, 12});
    const auto spatial = torch::rand({1, 4, 16});
    const auto before = projector->forward(semantic, spatial);
    QCOMPARE(before.size(1), 4 + 6);
    const auto swapped = torch::cat({spatial.slice(2, 0, 6), spatial.slice(2, 11), spatial.slice(2, 6, 11)}, 2);
    const auto exchanged = projector->forward(semantic, swapped);
    QVERIFY(torch::allclose(before[0].slice(0, 4, 7), exchanged[0].slice(0, 7, 10)));
    QVERIFY(torch::allclose(before[0].slice(0, 7, 10), exchanged[0].slice(0, 4, 7)));
    // Three different words, each as long as a word embedding.
    QVERIFY(!torch::allclose(before[0][4], before[0][5]) && !torch::allclose(before[0][5], before[0][6]));
    QVERIFY(std::abs(before[0].slice(0, 4).norm(2, 1).mean().item<double>() - 3.0) < 0.3);
}

void TrainingTest::packedSequencesGiveTheStatesOfTheirOwn()
{
    const auto model = test::tinyModelWithLora();
    const auto c = tinyConfig();
    // One sequence alone, and two that start with the same four tokens.
    const auto alone = torch::randn({5, c.hidden}), start = torch::randn({4, c.hidden});
    const auto second = torch::randn({1, c.hidden}), third = torch::randn({9, c.hidden});
    const auto statesOf = [&](const std::vector<torch::Tensor>& parts) {
        return model.forward(torch::cat(parts).unsqueeze(0))[0];
    };
    const auto expected =
        torch::cat({statesOf({alone}), statesOf({start, second}), statesOf({start, third}).slice(0, 4)});
    auto packed = torch::cat({alone, start, second, third}).unsqueeze(0).requires_grad_(true);
    const auto states = model.forward(packed, nn::Packing({{0, {5}}, {4, {1, 9}}}))[0];
    constexpr double rounding = 1e-5; // sums in another order
    QVERIFY((states - expected).abs().max().item<double>() < rounding);
    // No sequence feels another one; what starts two of them feels both.
    states.slice(0, 10).sum().backward();
    QVERIFY(packed.grad()[0].slice(0, 0, 5).abs().max().item<double>() == 0.0);
    QVERIFY(packed.grad()[0].slice(0, 5, 9).abs().max().item<double>() > 0.0);
    QVERIFY(packed.grad()[0].slice(0, 9, 10).abs().max().item<double>() == 0.0);
    QVERIFY(packed.grad()[0].slice(0, 10).abs().max().item<double>() > 0.0);
}

void TrainingTest::projectorAndLoraLearnToReadASpatialFeature()
{
    // The answer (token 1 or 2) is the sign of one spatial feature: what alignment and SFT do, in small.
    auto model = tinyModel();
    const auto c = tinyConfig();
    model.attach(std::make_shared<nn::Lora>(c, nn::LoraOptions{4, 8.0, "query_value"}, 1));
    nn::ProjectorConfig config;
    config.semantic = 6;
    config.spatial = 6;
    config.expert = 16;
    config.bottleneck = 16;
    config.output = c.hidden;
    torch::manual_seed(7);
    nn::HybridProjector projector(config, model.embeddingNorm());
    AdamW optimiser({{projector->parameters(), 3e-3, 0.0}, {model.lora()->parameters(), 1e-3, 0.0}});
    const auto question = model.embed(std::vector<int>{5, 6, 7});
    double accuracy = 0.0;
    for (int step = 0; step < 150; ++step) {
        const auto semantic = torch::randn({32, 4, 6});
        const auto spatial = torch::randn({32, 4, 6});
        const auto label = (spatial.select(2, 2).mean(1) > 0).to(torch::kLong) + 1;
        const auto input = torch::cat({projector->forward(semantic, spatial), question.expand({32, -1, -1})}, 1);
        const auto logits = model.logits(model.forward(input).select(1, -1));
        optimiser.zeroGrad();
        torch::nn::functional::cross_entropy(logits, label).backward();
        optimiser.clip(1.0);
        optimiser.step(1.0);
        accuracy = (logits.argmax(1) == label).to(torch::kFloat).mean().item<double>();
    }
    QVERIFY2(accuracy > 0.85, qPrintable(QString::number(accuracy)));
}

void TrainingTest::clippedGradientsHaveTheGivenNorm()
{
    auto a = torch::zeros({3}).requires_grad_(true);
    auto b = torch::zeros({1}).requires_grad_(true);
    AdamW optimiser({{{a}, 1.0, 0.0}, {{b}, 1.0, 0.0}});
    (a.sum() * 2.0 + b.sum() * 2.0).backward();
    QVERIFY(std::abs(optimiser.clip(1.0) - 4.0) < 1e-5);
    QVERIFY(std::abs(std::sqrt((a.grad().pow(2).sum() + b.grad().pow(2).sum()).item<double>()) - 1.0) < 1e-5);
    optimiser.clip(10.0); // below the limit nothing changes
    QVERIFY(std::abs(b.grad().item<double>() - 0.5) < 1e-5);
}

void TrainingTest::aResumedEncoderStageGivesTheSameBits()
{
    const QTemporaryDir folder;
    TrainOptions options;
    options.precision = "float32";
    options.scene.durationS = 1.2;
    options.encoder.optimiser.steps = 8;
    options.encoder.optimiser.batch = 4;
    options.encoder.width = 0.25;
    options.encoder.hidden = 16;
    options.encoder.blocks = 1;
    const auto cacheOf = [&](Split split) {
        SamplerOptions scene = options.scene;
        scene.split = split;
        return ClipCache::openOrMake(test::scratch(folder, "clips-" + splitId(split)), scene,
                                     [&] {
                                         HeadPoolOptions pool;
                                         pool.only = {"kemar"};
                                         return SceneSampler(
                                             scene, std::make_shared<const SoundCatalogue>(SoundCatalogue::read()),
                                             std::make_shared<const HeadPool>(pool, 1));
                                     },
                                     Json::object(), 1, 12, {});
    };
    const auto train = cacheOf(Split::Train), validation = cacheOf(Split::Validation);
    at::globalContext().setDeterministicAlgorithms(true, false);
    const auto run = [&](const std::string& name, int stopAt) {
        nn::SpatialEncoderConfig shape;
        shape.classes = 25;
        shape.width = options.encoder.width;
        shape.hidden = options.encoder.hidden;
        shape.blocks = options.encoder.blocks;
        torch::manual_seed(2);
        nn::SpatialEncoder encoder(shape);
        const auto path = test::scratch(folder, name);
        auto open = std::filesystem::exists(path) ? RunFolder::open(path) : RunFolder::create(path, "");
        const auto stopped = test::errorOf([&] {
            runEncoderStage(encoder, options, {&train, 1}, validation, open,
                            [&](const Progress& p) { return p.done != stopAt; });
        });
        return std::pair(stopped, nn::moduleTensors(*encoder, ""));
    };
    const auto [whole, expected] = run("whole", -1);
    QVERIFY(whole.empty());
    QVERIFY(!run("parts", 3).first.empty());
    const auto [resumed, tensors] = run("parts", -1);
    QVERIFY(resumed.empty());
    for (std::size_t i = 0; i < expected.size(); ++i)
        QVERIFY2(torch::equal(expected[i].second, tensors[i].second), expected[i].first.c_str());
    // The log names every stage and has finite numbers.
    const auto events = readFile(test::scratch(folder, "parts/events.jsonl"));
    QVERIFY(events.find("\"resumed\"") != std::string::npos && events.find("\"finished\"") != std::string::npos);
}

void TrainingTest::runsAreNeverOverwritten()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "run");
    (void)RunFolder::create(path, "a = 1\n");
    ErrorKind kind{};
    QVERIFY(!test::errorOf([&] { (void)RunFolder::create(path, "a = 2\n"); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::BadInput);
    QCOMPARE(readFile(path / "config.toml"), std::string("a = 1\n"));
    QVERIFY(!test::errorOf([&] { (void)RunFolder::open(test::scratch(folder, "nothing")); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::Missing);
}

void TrainingTest::checkpointsOfAnotherStageAreRefused()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "c.safetensors");
    auto x = torch::ones({3}).requires_grad_(true);
    AdamW optimiser({{{x}, 1.0, 0.0}});
    saveCheckpoint(path, "encoder", {{"x", x}}, optimiser, {5, 0.0, false});
    QCOMPARE(loadCheckpoint(path, "encoder", {{"x", x}}, optimiser)->step, 5);
    QVERIFY(!test::errorOf([&] { (void)loadCheckpoint(path, "sft", {{"x", x}}, optimiser); }).empty());
    auto other = torch::ones({4});
    QVERIFY(!test::errorOf([&] { (void)loadCheckpoint(path, "encoder", {{"x", other}}, optimiser); }).empty());
    QVERIFY(!loadCheckpoint(test::scratch(folder, "none"), "encoder", {{"x", x}}, optimiser));
}

QTEST_GUILESS_MAIN(TrainingTest)
#include "TrainingTest.moc"
